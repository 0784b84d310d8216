import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { FaultKind } from '../../chaos/faults/fault.ts';
import { faultKinds } from '../../chaos/faults/index.ts';
import { isDetected, paramsOf, startOf } from '../../chaos/timeline.ts';
import { parseAbortWhen } from '../contracts/abort-when.ts';
import { durationMs, durationText } from '../contracts/duration.ts';
import { Experiment, FaultSpec } from '../contracts/experiment.ts';
import { attempt, UsageError, type Problem } from '../contracts/fail.ts';
import { isService, serviceProcesses } from '../contracts/service-processes.ts';
import type { Sla } from '../contracts/sla.ts';
import { projectRoot } from '../root.ts';
import { readDocumentedStatuses } from '../targets/ticketing/endpoints.ts';
import { loadBudgets, withBudget } from './budgets.ts';
import { assertEndpointsKnown, loadSla } from './sla.ts';
import { checkAgainst, nearest, readYamlFile, type YamlFile } from './yaml-file.ts';

export interface LoadedExperiment {
  readonly file: string;
  readonly experiment: Experiment;
  readonly sla: Sla;
}

/** Reads an experiment and its objectives; throws one UsageError with every problem of both. */
export function loadExperiment(path: string): LoadedExperiment {
  return checkExperiment(readExperiment(resolve(path)));
}

/** Reads the file of an experiment and what it extends; throws one UsageError with all that is wrong with its shape, and with the names in its faults. */
export const readExperiment = (path: string): YamlFile<Experiment> => readYamlFile(path, Experiment, { extendable: true, further: namesProblems });

/** Wrong names in those faults that have the shape of one. */
function namesProblems(yaml: YamlFile<unknown>): Problem[] {
  const { faults, stack } = yaml.value as { readonly faults?: unknown; readonly stack?: { readonly replicas?: unknown } };
  const replicas = typeof stack?.replicas === 'number' ? stack.replicas : 1;
  return (Array.isArray(faults) ? faults : []).flatMap((fault, index) => (checkAgainst(FaultSpec, fault, yaml.problem).length === 0 ? kindProblems(yaml, fault as FaultSpec, index, replicas) : []));
}

/** Checks what the schema cannot, and reads the objectives; throws one UsageError with every problem. */
export function checkExperiment(yaml: YamlFile<Experiment>): LoadedExperiment {
  const problems = [...loadProblems(yaml), ...yaml.value.faults.flatMap((fault, index) => faultProblems(yaml, fault, index)), ...overlapProblems(yaml)];
  const { budget, abortWhen } = yaml.value;
  if (abortWhen !== undefined && !parseAbortWhen(abortWhen)) problems.push(yaml.problem(['abortWhen'], `${JSON.stringify(abortWhen)} is not written as it should be`, 'like "5xx > 50 % for 10 s", "unanswered > 90 % for 5 s", "p95 > 3000 ms for 10 s"'));
  const budgets = attempt(problems, () => loadBudgets());
  const found = budget === undefined ? undefined : budgets?.[budget];
  if (budgets && budget !== undefined && !found) {
    const near = nearest(budget, Object.keys(budgets));
    problems.push(yaml.problem(['budget'], `there is no budget "${budget}" in reports/budgets.yaml`, near ? `did you mean "${near}"?` : `known: ${Object.keys(budgets).join(', ')}`));
  }
  const loaded = attempt(problems, () => loadSla(resolve(dirname(yaml.origin(['sla'])), yaml.value.sla)));
  if (loaded) attempt(problems, () => assertEndpointsKnown(loaded, Object.keys(readDocumentedStatuses(join(projectRoot, 'service'))), yaml.file));
  const sla = loaded && found && budget !== undefined ? withBudget(loaded, budget, found) : loaded;
  if (sla === undefined || problems.length > 0) throw new UsageError(problems);
  return { file: yaml.file, experiment: yaml.value, sla };
}

function loadProblems(yaml: YamlFile<Experiment>): Problem[] {
  const { load } = yaml.value;
  const problems: Problem[] = [];
  if (durationMs(load.warmup) >= durationMs(load.duration)) problems.push(yaml.problem(['load', 'warmup'], `${load.warmup} leaves nothing of the load of ${load.duration}`, 'the duration includes the warm-up'));
  if (load.surge && (durationMs(load.surge.at) < durationMs(load.warmup) || durationMs(load.surge.at) + durationMs(load.surge.duration) > durationMs(load.duration))) {
    problems.push(yaml.problem(['load', 'surge'], `from ${load.surge.at} for ${load.surge.duration} is not inside the load after its warm-up`, `between ${load.warmup} and ${load.duration}`));
  }
  if (!existsSync(resolve(projectRoot, load.script))) problems.push(yaml.problem(['load', 'script'], `there is no ${load.script}`, 'the path is relative to the project'));
  if (durationMs(yaml.value.stabilityWindow) < 1000) problems.push(yaml.problem(['stabilityWindow'], `${yaml.value.stabilityWindow} is shorter than a second`, 'seconds are the resolution'));
  return problems;
}

function faultProblems(yaml: YamlFile<Experiment>, fault: FaultSpec, index: number): Problem[] {
  const { load, detectWithin, faults, stack } = yaml.value;
  const at = (key: string, message: string, fix?: string): Problem => yaml.problem(['faults', index, key], message, fix);
  const problems = kindProblems(yaml, fault, index, stack?.replicas ?? 1);
  if (new Set(hitsOf(fault)).size < hitsOf(fault).length) problems.push(at('params', `${fault.kind} on ${fault.target} names ${fault.target} again`, 'name another'));
  if (faults.findIndex(({ id }) => id === fault.id) !== index) problems.push(at('id', `"${fault.id}" is there twice`));
  const { fromMs, lastStartMs, endMs } = windowOf(fault);
  if (durationMs(fault.duration) === 0) problems.push(at('duration', 'is 0', 'a fault needs time to be verified'));
  if (typeof fault.at !== 'string' && durationMs(fault.at.from) >= durationMs(fault.at.to)) problems.push(at('at', `the window ends (${fault.at.to}) before it begins (${fault.at.from})`));
  if (fault.repeat && durationMs(fault.repeat.every) <= durationMs(fault.duration)) problems.push(at('repeat', `every ${fault.repeat.every} is not longer than the duration of ${fault.duration}`, 'leave time between two of them'));
  if (fromMs < durationMs(load.warmup)) problems.push(at('at', `${durationText(fromMs)} is inside the warm-up of ${load.warmup}`));
  if (endMs > durationMs(load.duration)) problems.push(at('duration', `the fault ends ${durationText(endMs)} after the start, the load after ${load.duration}`));
  if (isDetected(fault) && durationMs(detectWithin) > durationMs(fault.duration)) {
    problems.push(yaml.problem(['detectWithin'], `${detectWithin} is longer than the fault ${fault.id} (${fault.duration}): it could never be shown`));
  }
  if (endMs > lastStartMs) problems.push(...recoveryProblems(yaml, fault, endMs));
  return problems;
}

/** What is wrong with kind, target and parameters. */
function kindProblems(yaml: YamlFile<unknown>, fault: FaultSpec, index: number, replicas: number): Problem[] {
  const at = (key: string, message: string, fix?: string): Problem => yaml.problem(['faults', index, key], message, fix);
  const kind = faultKinds.get(fault.kind);
  if (kind) return [...targetProblems(kind, fault, replicas, at), ...paramProblems(yaml, kind, fault, index)];
  const near = nearest(fault.kind, [...faultKinds.keys()]);
  return [at('kind', `there is no fault kind "${fault.kind}"`, near ? `did you mean "${near}"?` : `known: ${[...faultKinds.keys()].join(', ')}`)];
}

/** From the earliest start to the latest end of all its repetitions. */
function windowOf(fault: FaultSpec): { readonly fromMs: number; readonly lastStartMs: number; readonly endMs: number } {
  const { fromMs, toMs } = startOf(fault);
  const lastStartMs = toMs + (fault.repeat ? (fault.repeat.times - 1) * durationMs(fault.repeat.every) : 0);
  return { fromMs, lastStartMs, endMs: lastStartMs + durationMs(fault.duration) };
}

function targetProblems(kind: FaultKind, fault: FaultSpec, replicas: number, at: (key: string, message: string, fix?: string) => Problem): Problem[] {
  const general = fault.target.replace(/^api-\d+$/, 'api-1');
  if (!kind.targets.includes(general)) {
    const near = nearest(fault.target, kind.targets);
    return [at('target', `${fault.kind} cannot act on "${fault.target}"`, near ? `did you mean "${near}"?` : `targets: ${kind.targets.join(', ')}`)];
  }
  const processes = serviceProcesses(replicas).map(({ name }) => name);
  const needsReplicas = isService(fault.target) && fault.target !== 'api';
  if (fault.target === 'haproxy' && replicas === 1) return [at('target', 'there is no haproxy with one process', 'stack: {replicas: 2} puts one in front')];
  if (needsReplicas && !processes.includes(fault.target)) return [at('target', `there is no ${fault.target} with ${replicas === 1 ? 'one process' : `${replicas} replicas`}`, `processes here: ${processes.join(', ')}`)];
  // The path to all of them stays when there are several; the process does not.
  if (fault.target === 'api' && replicas > 1 && (kind.family === 'process' || kind.family === 'machine')) return [at('target', 'with replicas there is no process called "api"', `name one of ${processes.join(', ')}`)];
  return [];
}

function paramProblems(yaml: YamlFile<unknown>, kind: FaultKind, fault: FaultSpec, index: number): Problem[] {
  const known = Object.keys(kind.params.properties);
  const problems = checkAgainst(kind.params, paramsOf(kind, fault.params), (path, message, fix) => yaml.problem(['faults', index, 'params', ...path], message, fix));
  const { ramp } = fault;
  if (!ramp) return problems;
  const at = (message: string, fix?: string): Problem => yaml.problem(['faults', index, 'ramp'], message, fix);
  if (!kind.change) return [...problems, at(`${kind.kind} has one strength only`, 'leave the ramp out')];
  if (!known.includes(ramp.param)) return [...problems, at(`${kind.kind} has no parameter "${ramp.param}"`, `known: ${known.join(', ')}`)];
  return problems;
}

/** A bound on recovery that plus the stability window does not fit into the time until the next fault could never be shown. */
function recoveryProblems(yaml: YamlFile<Experiment>, fault: FaultSpec, endMs: number): Problem[] {
  const { load, recoverWithin, stabilityWindow, faults } = yaml.value;
  const others = faults.filter((other) => other !== fault).map(windowOf);
  // Recovery is timed from the end of the last of those that overlap.
  if (others.some((other) => other.fromMs < endMs && other.endMs > endMs)) return [];
  const roomMs = Math.min(durationMs(load.duration), ...others.map(({ fromMs }) => fromMs).filter((otherMs) => otherMs >= endMs)) - endMs;
  const bound = fault.recoverWithin ?? recoverWithin;
  if (roomMs >= durationMs(bound) + durationMs(stabilityWindow)) return [];
  const path = fault.recoverWithin === undefined ? ['recoverWithin'] : ['faults', faults.indexOf(fault), 'recoverWithin'];
  return [yaml.problem(path, `${bound} plus the stability window of ${stabilityWindow} does not fit the ${durationText(Math.max(0, roomMs))} after ${fault.id}`, 'longer load, or tighter bound')];
}

/** Everything that a fault breaks, its target first. */
function hitsOf(fault: FaultSpec): string[] {
  const kind = faultKinds.get(fault.kind);
  return [fault.target, ...(kind?.alsoHits?.({ params: paramsOf(kind, fault.params) }) ?? [])];
}

/** Faults that overlap on one target are composed in so many words, or not at all. */
function overlapProblems(yaml: YamlFile<Experiment>): Problem[] {
  const windows = yaml.value.faults.map((fault, index) => ({ fault, index, hits: hitsOf(fault), ...windowOf(fault) }));
  const unknown = windows.flatMap(({ fault, index }) =>
    (fault.together ?? [])
      .filter((id) => !windows.some((other) => other.fault.id === id))
      .map((id) => yaml.problem(['faults', index, 'together'], `there is no fault "${id}"`, `known: ${windows.map((other) => other.fault.id).join(', ')}`)),
  );
  const reroutes = ({ kind }: FaultSpec): boolean => faultKinds.get(kind)?.reroutes === true;
  const composable = (one: FaultSpec, other: FaultSpec): boolean => !(one.target === other.target && reroutes(one) && reroutes(other));
  const composed = (one: FaultSpec, other: FaultSpec): boolean => composable(one, other) && ((one.together ?? []).includes(other.id) || (other.together ?? []).includes(one.id));
  const overlaps = windows.flatMap((one) =>
    windows
      .filter((other) => other.index < one.index && other.hits.some((target) => one.hits.includes(target)) && other.fromMs < one.endMs && one.fromMs < other.endMs && !composed(one.fault, other.fault))
      .map((other) => yaml.problem(['faults', one.index, 'at'], `${one.fault.id} overlaps ${other.fault.id} on ${other.hits.find((target) => one.hits.includes(target))}`, composable(one.fault, other.fault) ? `one fault at a time on a target, or say that it is meant: together: [${other.fault.id}]` : 'both send what goes there another way: one after the other')),
  );
  return [...unknown, ...overlaps];
}
