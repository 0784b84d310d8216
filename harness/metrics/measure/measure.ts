import { setImmediate } from 'node:timers/promises';
import { ARRIVAL } from '../../contracts/endpoint.ts';
import type { Measurements } from '../../contracts/measurements.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { ResourceRow } from '../../contracts/resources.ts';
import { type ArtefactStream, artefacts } from '../../contracts/run-folder.ts';
import { SCHEMA_VERSION } from '../../contracts/run-header.ts';
import type { SeriesRow } from '../../contracts/series.ts';
import type { TimelineEvent } from '../../contracts/timeline.ts';
import { Arrivals } from './arrivals.ts';
import { awayBy } from './away.ts';
import { Blocks } from './blocks.ts';
import { chartSeconds } from './chart-seconds.ts';
import { Clock } from './clock.ts';
import { Counters } from './counters.ts';
import { Defects } from './defects.ts';
import { Expectations } from './expectations.ts';
import { measureFaults } from './faults.ts';
import { Generators } from './generators.ts';
import { countLooks } from './looks.ts';
import { derivePhases, PhaseOfSecond, type Phases } from './phases.ts';
import { Processes } from './processes.ts';
import { Requests } from './requests.ts';
import { readSeriesRow } from './series-row.ts';
import { Servers } from './servers.ts';
import { readTimeline, type TimelineSeen } from './timeline.ts';
import { Trends } from './trends.ts';

export interface MeasureInput {
  readonly plan: Plan;
  readonly series: ArtefactStream<SeriesRow>;
  readonly timeline: ArtefactStream<TimelineEvent>;
  readonly resources: ArtefactStream<ResourceRow>;
}

/** Generators' clocks and ours may differ by this much at the edges of the load. */
const EDGE_TOLERANCE_MS = 1000;
const ROWS_A_TURN = 2000;

/**
 * Everything the judge and the report need, from the streams of a run. Pure; throws nothing for what is wrong with the
 * artefacts, which ends up in `defects`. Memory grows with the length of the run by some numbers a second (the charts'
 * rows and the probes), never with the number of requests.
 */
export async function measure({ plan, series, timeline, resources }: MeasureInput): Promise<Measurements> {
  const defects = new Defects();
  const seen = readTimeline(timeline);
  const phases = derivePhases(plan, seen);
  timelineDefects(seen, defects);
  const measured = phases === null ? nothing(series, resources) : await overPhases(plan, phases, seen, series, resources, defects);
  for (const [artefact, stream] of [
    [artefacts.timeline, timeline],
    [artefacts.series, series],
    [artefacts.resources, resources],
  ] as const) {
    for (const problem of stream.defects) defects.add(artefact, problem);
  }
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: plan.runId,
    loadStartMs: phases?.loadStartMs ?? null,
    loadEndMs: seen.loadEndMs === null ? null : (phases?.loadEndMs ?? null),
    drained: seen.drained,
    ...measured,
    unplannedExits: seen.unplannedExits,
    aborted: seen.aborted,
    defects: defects.list(),
  };
}

type Measured = Pick<Measurements, 'phases' | 'endpoints' | 'faults' | 'seconds' | 'samples' | 'looks' | 'servers' | 'arrivals' | 'generators' | 'processes' | 'counters' | 'trends' | 'clockStepMs'>;

async function overPhases(plan: Plan, phases: Phases, seen: TimelineSeen, series: ArtefactStream<SeriesRow>, resources: ArtefactStream<ResourceRow>, defects: Defects): Promise<Measured> {
  const phaseOf = new PhaseOfSecond(phases);
  const requests = new Requests(new Blocks(plan.sla, phases));
  const arrivals = new Arrivals();
  const generators = new Generators();
  const polling = new Set(plan.pollingEndpoints);
  let counted = 0;
  for await (const row of inTurns(series.rows())) {
    if (isOutside(row.second, phases, seen)) defects.add(artefacts.series, 'has requests before or after the run');
    if (row.faults.some((id) => seen.edges.get(id)?.applyMs == null)) defects.add(artefacts.series, 'names a fault that the timeline does not know');
    const rowPhases = phaseOf.ofRequest(row.second, row.faults);
    generators.add(row.generator, row.second);
    if (row.endpoint === ARRIVAL) addArrivals(arrivals, row, rowPhases, defects);
    if (row.endpoint === ARRIVAL && row.class !== 'dropped') continue;
    const read = readSeriesRow(row, polling);
    if (typeof read !== 'string' && isRequest(row)) counted += row.count;
    if (typeof read === 'string') defects.add(artefacts.series, read);
    else if (!requests.add(read, rowPhases)) defects.add(artefacts.series, 'has a row that came more than a minute late');
  }
  requests.end();

  const processes = new Processes(phases, awayBy(plan.faults, seen));
  const counters = new Counters(phaseOf);
  const expectations = new Expectations(plan);
  const trends = new Trends(phases);
  const clock = new Clock();
  const servers = new Servers();
  for await (const row of inTurns(resources.rows())) {
    processes.add(row, defects);
    counters.add(row);
    expectations.add(row);
    trends.add(row);
    clock.add(row);
    servers.add(row);
  }

  const ids = [...new Set(phases.parts.map(({ id }) => id))];
  return {
    phases: phases.parts.map((part) => ({ ...part })),
    endpoints: requests.rows(ids),
    faults: measureFaults(plan, seen, phases, requests.closed, expectations),
    seconds: chartSeconds(phases, requests.closed, seen.health),
    samples: { counted, told: seen.samples?.requests ?? null, lost: seen.samples?.lost ?? null, acknowledged: seen.samples?.acknowledged ?? null, lookedAt: seen.samples?.lookedAt ?? null },
    looks: countLooks(phases, seen),
    servers: servers.rows(phases),
    arrivals: arrivals.rows(ids),
    generators: generators.rows(plan, phases, seen, defects),
    processes: processes.rows(),
    counters: counters.rows(ids),
    trends: trends.rows(),
    clockStepMs: clock.stepMs,
  };
}

function addArrivals(arrivals: Arrivals, row: SeriesRow, phases: readonly string[], defects: Defects): void {
  try {
    arrivals.add(row, phases);
  } catch {
    defects.add(artefacts.series, 'has a row whose lateness cannot be read');
  }
}

/** A wrong body stands beside its request, and who was dropped never asked. */
const isRequest = ({ class: outcome }: SeriesRow): boolean => outcome !== 'bad-body' && outcome !== 'dropped';

/** Files are read without waiting; now and then others have their turn. */
async function* inTurns<Row>(rows: Iterable<Row>): AsyncGenerator<Row> {
  let read = 0;
  for (const row of rows) {
    yield row;
    if (++read % ROWS_A_TURN === 0) await setImmediate();
  }
}

/** Without a load there are no phases; the streams are read all the same, for their defects. */
function nothing(series: ArtefactStream<SeriesRow>, resources: ArtefactStream<ResourceRow>): Measured {
  for (const _ of series.rows());
  for (const _ of resources.rows());
  return { phases: [], endpoints: [], faults: [], seconds: [], samples: { counted: 0, told: null, lost: null, acknowledged: null, lookedAt: null }, looks: [], servers: [], arrivals: [], generators: [], processes: [], counters: [], trends: [], clockStepMs: null };
}

function timelineDefects(seen: TimelineSeen, defects: Defects): void {
  if (seen.aborted !== null) return; // An aborted run has no end of its own, and is judged by the abort.
  if (seen.loadStartMs === null) defects.add(artefacts.timeline, 'has no load-start');
  if (seen.loadEndMs === null) defects.add(artefacts.timeline, 'has no load-end');
  if (seen.drainEndMs === null) defects.add(artefacts.timeline, 'has no drain-end');
}

function isOutside(second: number, { loadStartMs, endMs }: Phases, { drainEndMs }: TimelineSeen): boolean {
  if ((second + 1) * 1000 < loadStartMs - EDGE_TOLERANCE_MS) return true;
  return drainEndMs !== null && second * 1000 > endMs + EDGE_TOLERANCE_MS;
}
