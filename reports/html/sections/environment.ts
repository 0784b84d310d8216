import { durationText } from '../../../harness/contracts/duration.ts';
import { html, type Html } from '../escape.ts';
import { bytesText, lengthText, msText, none, numberText } from '../format.ts';
import { phaseTitle, type Run } from '../run.ts';
import { facts, missing, section, table, type Row } from '../ui.ts';

/** The machine and what ran on it. */
export function environment({ stack }: Run): Html {
  if (!stack) return section('environment', 'Environment', missing('What was running is not known: stack.json is missing.'));
  const { machine, components, settings, kind } = stack;
  const port = (number: number | undefined): string => (number === undefined ? none : String(number));
  return section(
    'environment',
    'Environment',
    facts([
      ['Machine', `${machine.os}, ${machine.cpuModel}`],
      ['Cores', numberText(machine.cores)],
      ['Memory', bytesText(machine.memoryBytes)],
      ['Stack', kind],
    ]),
    html`<div class="pair">${table(
      'What was running',
      [{ head: 'Component' }, { head: 'Version' }, { head: 'Port', number: true }, { head: 'Through proxy', number: true }, { head: 'Ready after', number: true }],
      components.map((part) => ({ head: part.name, cells: [part.version, port(part.directPort), port(part.proxyPort), part.readyMs === undefined ? none : durationText(part.readyMs)] })),
    )}${pairs('Durable settings, read back from the servers', settings)}</div>`,
  );
}

/** Everything that was set differently from what is shipped, and the data and load of the run. */
export function settings(run: Run): Html {
  const { plan, dataset } = run;
  const differing = Object.keys(plan.service).length;
  return section(
    'settings',
    'Settings, data and load',
    html`<div class="pair">${differing === 0 ? missing('The service ran exactly as it is shipped.') : pairs('Service settings that differ from what is shipped', plan.service)}${Object.keys(plan.load.settings).length > 0 && pairs('Settings of the load script', plan.load.settings)}</div>`,
    html`<h3>Data</h3>`,
    facts([
      ['Schedules', numberText(plan.dataset.schedules)],
      ['Seats', `${numberText(plan.dataset.seatsPerSchedule)} each, ${numberText(dataset?.seats ?? plan.dataset.schedules * plan.dataset.seatsPerSchedule)} in all`],
      ['Price', `${numberText(plan.dataset.priceKrw)} KRW`],
      ['Database', dataset ? html`<code>${dataset.database}</code>` : 'not known: dataset.json is missing'],
      ['Topics', dataset ? html`<code>${dataset.topicPrefix}</code>` : none],
    ]),
    html`<h3>Load</h3>`,
    facts([
      ['Script', html`<code>${plan.load.script}</code>`],
      ['Arrivals at the peak', `${numberText(plan.load.ratePerSecond, Number.isInteger(plan.load.ratePerSecond) ? 0 : 1)} users/s`],
      ['Arrivals planned', numberText(plan.load.arrivalsPlanned)],
      ['Virtual users at most', numberText(plan.load.vusMax)],
      ['Length', `${lengthText(plan.load.durationMs)} with ${lengthText(plan.load.warmupMs)} warm-up, then up to ${lengthText(plan.load.drainMs)} drain`],
      ['Generators', numberText(plan.load.generators.length)],
    ]),
    html`<div class="pair">${arrivals(run)}${profile(run)}</div>`,
  );
}

function pairs(caption: string, record: Readonly<Record<string, string | number | boolean>>): Html {
  const rows: Row[] = Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ head: html`<code>${name}</code>`, cells: [html`<code>${String(value)}</code>`] }));
  return table(caption, [{ head: 'Setting' }, { head: 'Value' }], rows);
}

function profile({ plan: { load } }: Run): Html {
  let fromMs = 0;
  const rows = load.stages.map(({ durationMs, targetPerSecond }, index): Row => {
    const startMs = fromMs;
    fromMs += durationMs;
    const before = load.stages[index - 1]?.targetPerSecond ?? load.startPerSecond;
    return { head: `+${lengthText(startMs)}`, cells: [lengthText(durationMs), numberText(before, before % 1 === 0 ? 0 : 1), numberText(targetPerSecond, targetPerSecond % 1 === 0 ? 0 : 1)] };
  });
  return table('Arrival profile, users per second', [{ head: 'From' }, { head: 'For', number: true }, { head: 'Rate at start', number: true }, { head: 'Rate at end', number: true }], rows);
}

function arrivals({ measurements }: Run): Html | null {
  if (!measurements || measurements.arrivals.length === 0) return null;
  return table('Arrivals that came', [{ head: 'Phase' }, { head: 'Started', number: true }, { head: 'Dropped', number: true }, { head: 'Late, p99', number: true }, { head: 'Stayed', number: true }], measurements.arrivals.map(({ phase, started, dropped, latenessMs, journeySeconds }) => ({
    head: phaseTitle(phase),
    cells: [numberText(started), dropped > 0 ? html`<strong class="bad">${numberText(dropped)}</strong>` : '0', latenessMs === null ? none : msText(latenessMs.p99), journeySeconds === null ? none : `${numberText(journeySeconds, 1)} s`],
  })), { class: 'cards' });
}
