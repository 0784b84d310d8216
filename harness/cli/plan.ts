import { durationText } from '../contracts/duration.ts';
import type { Plan } from '../contracts/plan.ts';
import { makePlan, type PlanFlags } from '../plan/make.ts';

/** Prints the plan of a run: its timeline, or plan.json. Touches nothing. */
export function planCommand(experiment: string, flags: PlanFlags & { json?: boolean }): number {
  const plan = makePlan(experiment, flags);
  process.stdout.write(flags.json ? `${JSON.stringify(plan, null, 1)}\n` : `${planLines(plan).join('\n')}\n`);
  return 0;
}

/** What will run and for how long, as a person wants to know it before it starts. */
export function planLines(plan: Plan): string[] {
  const { load } = plan;
  const edges = [
    { atMs: 0, what: `warm-up at ${load.startPerSecond.toFixed(1)} arrivals/s` },
    { atMs: load.warmupMs, what: `sale opens: steady at ${load.ratePerSecond} arrivals/s` },
    ...plan.faults.flatMap((fault) => [
      { atMs: fault.atMs, what: `${fault.id}: ${fault.kind} on ${fault.target} (${fault.promise})` },
      { atMs: fault.atMs + fault.durationMs, what: `${fault.id}: undone; recovery within ${durationText(plan.recoverWithinMs)}` },
    ]),
    { atMs: load.durationMs, what: `load ends; drain for at most ${durationText(load.drainMs)}` },
  ].toSorted((a, b) => a.atMs - b.atMs);
  return [
    `${plan.experiment.title} (${plan.experiment.file})`,
    `${durationText(load.durationMs)} of load, about ${load.arrivalsPlanned} arrivals, ${load.vusMax} virtual users, seed ${plan.seed}, objectives "${plan.sla.name}"`,
    ...edges.map(({ atMs, what }) => `${durationText(atMs).padStart(12)}  ${what}`),
  ];
}
