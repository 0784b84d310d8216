import { dirname, resolve } from 'node:path';
import { UsageError, type Problem } from '../contracts/fail.ts';
import { SlaFile, type MetricName, type Objective, type PhaseKind, type Sla } from '../contracts/sla.ts';
import { nearest, readYamlFile, type YamlFile } from './yaml-file.ts';

const bounds = ['below', 'atMost', 'above', 'atLeast'] as const;
const wholeOnly: ReadonlySet<MetricName> = new Set(['delivery', 'doubleSales', 'wrongBodies']);
const trends: ReadonlySet<MetricName> = new Set(['memoryGrowth', 'descriptorGrowth']);
const ratios: ReadonlySet<MetricName> = new Set(['availability', 'errorRate', 'tooManyRequests', 'lockSuccess', 'probeAvailability', 'redisAvailability', 'delivery']);

/** Reads an objectives file with all it extends; throws one UsageError with every problem. */
export function loadSla(path: string, seen: readonly string[] = []): Sla {
  if (seen.includes(path)) throw new UsageError([{ file: path, key: 'extends', message: 'extends itself' }]);
  const yaml = readYamlFile(path, SlaFile);
  const problems = yaml.value.objectives.flatMap((objective, index) => objectiveProblems(yaml, objective, index));
  if (problems.length > 0) throw new UsageError(problems);
  const base = yaml.value.extends === undefined ? [] : loadSla(resolve(dirname(path), yaml.value.extends), [...seen, path]).objectives;
  const own = new Map(yaml.value.objectives.map((objective) => [objective.id, objective]));
  return {
    name: yaml.value.name,
    objectives: [...base.map((objective) => own.get(objective.id) ?? objective), ...yaml.value.objectives.filter(({ id }) => !base.some((other) => other.id === id))],
  };
}

function objectiveProblems(yaml: YamlFile<SlaFile>, objective: Objective, index: number): Problem[] {
  const at = (key: string, message: string, fix?: string): Problem => yaml.problem(['objectives', index, key], message, fix);
  const problems: Problem[] = [];
  const given = bounds.filter((bound) => objective[bound] !== undefined);
  if (given.length !== 1) problems.push(at('id', `"${objective.id}" has ${given.length} bounds`, `exactly one of ${bounds.join(', ')}`));
  const limit = given[0] === undefined ? undefined : objective[given[0]];
  if (limit !== undefined && ratios.has(objective.metric) && (limit < 0 || limit > 1)) problems.push(at(given[0] as string, `${limit} is no share`, 'write 99.9 % as 0.999'));
  if (limit !== undefined && limit < 0) problems.push(at(given[0] as string, `${limit} is negative`));
  if (objective.gate && neverProven(objective)) problems.push(at(given[0] as string, 'no number of samples proves that nothing ever fails', 'leave a little, or say gate: false'));
  if ((objective.metric === 'latencyMs') !== (objective.quantile !== undefined)) problems.push(at('metric', objective.metric === 'latencyMs' ? 'latencyMs needs a quantile' : `${objective.metric} has no quantile`));
  if (yaml.value.objectives.findIndex(({ id }) => id === objective.id) !== index) problems.push(at('id', `"${objective.id}" is there twice`));
  problems.push(...phaseProblems(objective).map((message) => at('phases', message)));
  return problems;
}

/** Of a share that is sampled, not counted: with no failure in a million the upper bound is above 0 as well. */
function neverProven({ metric, below, atMost, above, atLeast }: Objective): boolean {
  if (metric === 'delivery' || !ratios.has(metric)) return false;
  return below === 0 || atMost === 0 || above === 1 || atLeast === 1;
}

function phaseProblems({ metric, phases }: Objective): string[] {
  const only = (wanted: PhaseKind): string[] => (phases.every((phase) => phase === wanted) ? [] : [`${metric} exists in phase ${wanted} only`]);
  if (wholeOnly.has(metric)) return only('whole');
  if (trends.has(metric)) return phases.every((phase) => phase === 'steady' || phase === 'whole') ? [] : [`${metric} exists in phases steady and whole only`];
  if (metric === 'detectionSeconds') return only('fault');
  if (metric === 'recoverySeconds') return only('recovery');
  return [];
}

/** Throws a UsageError for objectives about endpoints that the service does not have: nothing could ever feed them. `file`: where they are asked for. */
export function assertEndpointsKnown({ objectives }: Sla, known: readonly string[], file: string): void {
  const unknown = objectives.filter(({ endpoint }) => endpoint !== undefined && !known.includes(endpoint));
  if (unknown.length === 0) return;
  throw new UsageError(
    unknown.map(({ id, endpoint = '' }) => {
      const near = nearest(endpoint, known);
      return { file, key: `sla: ${id}.endpoint`, message: `the service has no "${endpoint}"`, fix: near ? `did you mean "${near}"?` : 'openapi.json of the service lists them' };
    }),
  );
}
