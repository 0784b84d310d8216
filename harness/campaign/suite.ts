import { dirname, resolve } from 'node:path';
import type { Experiment } from '../contracts/experiment.ts';
import { attempt, UsageError, type Problem } from '../contracts/fail.ts';
import { Suite, type MatrixCell } from '../contracts/suite.ts';
import { checkExperiment, readExperiment, type LoadedExperiment } from '../plan/experiment.ts';
import { nearest, readYamlFile, type YamlFile } from '../plan/yaml-file.ts';

export interface SuitePart {
  readonly name: string;
  /** Whether it is a cell of the matrix. */
  readonly cell: boolean;
  readonly loaded: LoadedExperiment;
}

export interface LoadedSuite {
  readonly file: string;
  readonly suite: Suite;
  readonly parts: readonly SuitePart[];
}

/** Reads a suite with every experiment and cell in it; throws one UsageError with every problem of all of them. */
export function loadSuite(path: string): LoadedSuite {
  const yaml = readYamlFile(resolve(path), Suite);
  const problems: Problem[] = [];
  const { experiments, matrix } = yaml.value;
  if (!experiments && !matrix) problems.push(yaml.problem([], 'has no parts', 'experiments: [{file: …}], or a matrix'));
  const parts = [...experimentParts(yaml, problems), ...cellParts(yaml, problems)];
  if (problems.length > 0) throw new UsageError(problems);
  return { file: yaml.file, suite: yaml.value, parts };
}

/** Those of the parts that are named, in the order of the suite; all when none is. Throws a UsageError for names that are not there. */
export function selectParts({ file, parts }: LoadedSuite, names: readonly string[]): readonly SuitePart[] {
  const known = parts.map(({ name }) => name);
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return { file, message: `has no part "${name}"`, fix: near ? `did you mean "${near}"?` : `parts: ${known.join(', ')}` };
    });
  if (problems.length > 0) throw new UsageError(problems);
  return names.length === 0 ? parts : parts.filter(({ name }) => names.includes(name));
}

function experimentParts(yaml: YamlFile<Suite>, problems: Problem[]): SuitePart[] {
  const names = new Set<string>();
  return (yaml.value.experiments ?? []).flatMap(({ file, name, sla }, index) => {
    const at = ['experiments', index] as const;
    const path = resolve(dirname(yaml.origin([])), file);
    const loaded = attempt(problems, () => {
      const experiment = readExperiment(path);
      return checkExperiment(sla === undefined ? experiment : { ...experiment, value: { ...experiment.value, sla }, origin: (key) => (key[0] === 'sla' ? yaml.origin(at) : experiment.origin(key)) });
    });
    if (!loaded) return [];
    return partOnce(yaml, problems, names, at, { name: name ?? loaded.experiment.name, cell: false, loaded });
  });
}

function cellParts(yaml: YamlFile<Suite>, problems: Problem[]): SuitePart[] {
  const { matrix } = yaml.value;
  if (!matrix) return [];
  const base = attempt(problems, () => {
    const experiment = readExperiment(resolve(dirname(yaml.origin([])), matrix.base));
    checkExperiment(experiment);
    return experiment;
  });
  if (!base) return [];
  if (base.value.faults.length !== 1) {
    problems.push(yaml.problem(['matrix', 'base'], `has ${base.value.faults.length} faults`, 'one: it is what each cell replaces'));
    return [];
  }
  const names = new Set<string>((yaml.value.experiments ?? []).flatMap(({ name }) => name ?? []));
  return matrix.cells.flatMap((cell, index) => {
    const name = cell.name ?? `${cell.kind}-${cell.target}`;
    const loaded = attempt(problems, () => checkExperiment(cellExperiment(yaml, base, cell, name, index)));
    return loaded ? partOnce(yaml, problems, names, ['matrix', 'cells', index], { name, cell: true, loaded }) : [];
  });
}

/** The base with its fault replaced; problems are placed in the cell. */
function cellExperiment(yaml: YamlFile<Suite>, base: YamlFile<Experiment>, cell: MatrixCell, name: string, index: number): YamlFile<Experiment> {
  const { value } = base;
  const { kind, target, params, duration, loadDuration, recoverWithin, budget, expect, replicas, sla } = cell;
  const [fault] = value.faults as [Experiment['faults'][number]];
  const here = ['matrix', 'cells', index] as const;
  return {
    file: base.file,
    value: {
      ...value,
      name,
      title: `${kind} on ${target}`,
      load: { ...value.load, duration: loadDuration ?? value.load.duration },
      faults: [{ id: name, kind, target, at: fault.at, duration: duration ?? fault.duration, ...(params && { params }), ...(expect && { expect }) }],
      ...(replicas !== undefined && { stack: { ...value.stack, replicas } }),
      ...(recoverWithin !== undefined && { recoverWithin }),
      ...(budget !== undefined && { budget }),
      ...(sla !== undefined && { sla }),
    },
    origin: (key) => (key[0] === 'sla' && sla === undefined ? base.origin(key) : yaml.origin(here)),
    problem: (key, message, fix) => yaml.problem([...here, ...(key[0] === 'faults' ? key.slice(2) : key[0] === 'load' && key[1] === 'duration' ? ['loadDuration'] : key)], message, fix),
  };
}

function partOnce(yaml: YamlFile<Suite>, problems: Problem[], names: Set<string>, at: readonly (string | number)[], part: SuitePart): SuitePart[] {
  if (names.has(part.name)) problems.push(yaml.problem([...at, 'name'], `"${part.name}" is there twice`, 'give one of them a name of its own'));
  names.add(part.name);
  return [part];
}
