import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { faultKinds } from '../../chaos/faults/index.ts';
import { durationMs, durationText } from '../contracts/duration.ts';
import { Experiment, type FaultSpec } from '../contracts/experiment.ts';
import { UsageError, type Problem } from '../contracts/fail.ts';
import type { Sla } from '../contracts/sla.ts';
import { projectRoot } from '../root.ts';
import { loadSla } from './sla.ts';
import { nearest, readYamlFile, type YamlFile } from './yaml-file.ts';

export interface LoadedExperiment {
  readonly file: string;
  readonly experiment: Experiment;
  readonly sla: Sla;
}

/** Reads an experiment and its objectives; throws one UsageError with every problem of both. */
export function loadExperiment(path: string): LoadedExperiment {
  const yaml = readYamlFile(resolve(path), Experiment);
  const problems = [...loadProblems(yaml), ...yaml.value.faults.flatMap((fault, index) => faultProblems(yaml, fault, index)), ...overlapProblems(yaml)];
  let sla: Sla | undefined;
  try {
    sla = loadSla(resolve(dirname(resolve(path)), yaml.value.sla));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    problems.push(...error.problems);
  }
  if (sla === undefined || problems.length > 0) throw new UsageError(problems);
  return { file: yaml.file, experiment: yaml.value, sla };
}

function loadProblems(yaml: YamlFile<Experiment>): Problem[] {
  const { load } = yaml.value;
  const problems: Problem[] = [];
  if (durationMs(load.warmup) >= durationMs(load.duration)) problems.push(yaml.problem(['load', 'warmup'], `${load.warmup} leaves nothing of the load of ${load.duration}`, 'the duration includes the warm-up'));
  if (!existsSync(resolve(projectRoot, load.script))) problems.push(yaml.problem(['load', 'script'], `there is no ${load.script}`, 'the path is relative to the project'));
  if (durationMs(yaml.value.stabilityWindow) < 1000) problems.push(yaml.problem(['stabilityWindow'], `${yaml.value.stabilityWindow} is shorter than a second`, 'seconds are the resolution'));
  return problems;
}

function faultProblems(yaml: YamlFile<Experiment>, fault: FaultSpec, index: number): Problem[] {
  const { load, detectWithin, recoverWithin, stabilityWindow, faults } = yaml.value;
  const at = (key: string, message: string, fix?: string): Problem => yaml.problem(['faults', index, key], message, fix);
  const kind = faultKinds.get(fault.kind);
  if (!kind) {
    const near = nearest(fault.kind, [...faultKinds.keys()]);
    return [at('kind', `there is no fault kind "${fault.kind}"`, near ? `did you mean "${near}"?` : `known: ${[...faultKinds.keys()].join(', ')}`)];
  }
  const problems: Problem[] = [];
  if (!kind.targets.includes(fault.target)) problems.push(at('target', `${fault.kind} cannot act on "${fault.target}"`, `targets: ${kind.targets.join(', ')}`));
  if (faults.findIndex(({ id }) => id === fault.id) !== index) problems.push(at('id', `"${fault.id}" is there twice`));
  const startMs = durationMs(fault.at);
  const endMs = startMs + durationMs(fault.duration);
  if (endMs === startMs) problems.push(at('duration', 'is 0', 'a fault needs time to be verified'));
  if (startMs < durationMs(load.warmup)) problems.push(at('at', `${fault.at} is inside the warm-up of ${load.warmup}`));
  if (endMs > durationMs(load.duration)) problems.push(at('duration', `the fault ends ${durationText(endMs)} after the start, the load after ${load.duration}`));
  if (durationMs(detectWithin) > endMs - startMs) problems.push(yaml.problem(['detectWithin'], `${detectWithin} is longer than the fault ${fault.id} (${fault.duration}): it could never be shown`));
  const roomMs = Math.min(durationMs(load.duration), ...faults.map((other) => durationMs(other.at)).filter((otherMs) => otherMs >= endMs)) - endMs;
  const neededMs = durationMs(recoverWithin) + durationMs(stabilityWindow);
  if (endMs > startMs && roomMs < neededMs) {
    problems.push(
      yaml.problem(['recoverWithin'], `${recoverWithin} plus the stability window of ${stabilityWindow} does not fit the ${durationText(Math.max(0, roomMs))} after ${fault.id}`, 'longer load, or tighter bound'),
    );
  }
  return problems;
}

function overlapProblems(yaml: YamlFile<Experiment>): Problem[] {
  const windows = yaml.value.faults.map((fault, index) => ({ fault, index, startMs: durationMs(fault.at), endMs: durationMs(fault.at) + durationMs(fault.duration) }));
  return windows.flatMap((one) =>
    windows
      .filter((other) => other.index < one.index && other.fault.target === one.fault.target && other.startMs < one.endMs && one.startMs < other.endMs)
      .map((other) => yaml.problem(['faults', one.index, 'at'], `${one.fault.id} overlaps ${other.fault.id} on ${one.fault.target}`, 'one fault at a time on a target')),
  );
}
