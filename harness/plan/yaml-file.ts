import { readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { distance } from 'fastest-levenshtein';
import type { Static, TSchema } from 'typebox';
import { isMap, isNode, isPair, LineCounter, parseDocument, type Document } from 'yaml';
import { UsageError, type Problem } from '../contracts/fail.ts';

/** Larger than any file a person writes by hand. */
const BYTES_MAX = 256 * 1024;

type Path = readonly (string | number)[];

/** A YAML file that has the shape of its schema, and knows where each of its keys stands. */
export interface YamlFile<T> {
  readonly file: string;
  readonly value: T;
  /** The path of the file in which the value at `path` stands: this one, or one that it extends. */
  origin(path: Path): string;
  /** A problem with the value at `path`, placed in the file in which it stands. */
  problem(path: Path, message: string, fix?: string): Problem;
}

interface Parsed {
  readonly path: string;
  readonly file: string;
  readonly document: Document;
  readonly lineCounter: LineCounter;
  readonly value: unknown;
}

interface ReadOptions {
  readonly extendable?: boolean;
  readonly further?: (yaml: YamlFile<unknown>) => readonly Problem[];
}

/**
 * Reads and checks a YAML file; throws one UsageError with every problem in it, each with line and column. With
 * `extendable`, a file may name another by `extends` (relative to itself): what it does not say itself is said there,
 * map by map; lists are taken as a whole. `further` looks for what else is wrong in a file that has not the shape.
 */
export function readYamlFile<S extends TSchema>(path: string, schema: S, { extendable = false, further = () => [] }: ReadOptions = {}): YamlFile<Static<S>> {
  const layers = extendable ? withBases(path) : [parse(path)];
  const [own] = layers as [Parsed, ...Parsed[]];
  const value = layers.reduceRight<unknown>((below, { value: above }) => merge(below, above), undefined);
  const layerOf = (at: Path): Parsed => layers.find(({ document }) => document.hasIn(at)) ?? layers.find(({ document }) => document.hasIn(at.slice(0, -1))) ?? own;
  const problem = (at: Path, message: string, fix?: string): Problem => {
    const { file, document, lineCounter } = layerOf(at);
    return { file, ...position(document, lineCounter, at), key: keyText(at), message, ...(fix === undefined ? {} : { fix }) };
  };
  const read = { file: own.file, value, origin: (at: Path) => layerOf(at).path, problem };
  const problems = checkAgainst(schema, value, problem);
  if (problems.length > 0) throw new UsageError([...problems, ...further(read)]);
  return { ...read, value: value as Static<S> };
}

/** The file and all it extends, the nearest first. */
function withBases(path: string, seen: readonly string[] = []): Parsed[] {
  const parsed = parse(path);
  const base = isPlain(parsed.value) ? parsed.value['extends'] : undefined;
  if (typeof base !== 'string') return [parsed];
  const basePath = resolve(dirname(path), base);
  if ([path, ...seen].includes(basePath)) throw new UsageError([{ file: parsed.file, key: 'extends', message: 'extends itself' }]);
  return [parsed, ...withBases(basePath, [path, ...seen])];
}

const isPlain = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function merge(below: unknown, above: unknown): unknown {
  if (!isPlain(below) || !isPlain(above)) return above === undefined ? below : above;
  return Object.fromEntries([...new Set([...Object.keys(below), ...Object.keys(above)])].map((key) => [key, merge(below[key], above[key])]));
}

function parse(path: string): Parsed {
  const nearby = relative(process.cwd(), path);
  const file = nearby.startsWith('..') ? path : nearby;
  const text = readText(path, file);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: true, merge: false });
  if (document.errors.length > 0) {
    throw new UsageError(
      document.errors.map((error) => {
        const { line, col } = lineCounter.linePos(error.pos[0]);
        return { file, line, column: col, message: error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? error.code };
      }),
    );
  }
  return { path, file, document, lineCounter, value: toValue(document, file) };
}

/** Compiling takes a tenth of a second, and a suite reads dozens of files. */
const validators = new WeakMap<TSchema, ValidateFunction>();

function validatorOf(schema: TSchema): ValidateFunction {
  const validator = validators.get(schema) ?? new Ajv({ allErrors: true, strict: false, verbose: true }).compile(schema);
  validators.set(schema, validator);
  return validator;
}

/** Every problem of a value with a schema, each placed by `problem`. */
export function checkAgainst(schema: TSchema, value: unknown, problem: YamlFile<unknown>['problem']): Problem[] {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const meant = errors.filter((error) => !isUnionNoise(errors, error));
  const telling = meant.filter((error) => !isSecondary(meant, error));
  return dedupe(telling.map((error) => toProblem(error, problem)));
}

function readText(path: string, file: string): string {
  try {
    const { size } = statSync(path);
    if (size > BYTES_MAX) throw new UsageError([{ file, message: `is ${size} bytes long; the limit is ${BYTES_MAX}`, fix: 'is this the right file?' }]);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const message = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'is a folder, not a file' : `cannot be read: ${(error as Error).message}`;
    throw new UsageError([{ file, message, ...(code === 'ENOENT' ? { fix: '`gatecrash list` shows the experiments' } : {}) }]);
  }
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw new UsageError([{ file, message: `YAML aliases: ${(error as Error).message}`, fix: 'write the values out' }]);
  }
}

/** Where the key at `path` stands; the nearest parent that exists when it does not. */
function position(document: Document, lineCounter: LineCounter, path: Path): { line?: number; column?: number } {
  for (let length = path.length; length >= 0; length--) {
    const parent = length === 0 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const node = isMap(parent) ? (parent.items.find((pair) => isPair(pair) && String(pair.key) === String(last))?.key ?? undefined) : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      const { line, col } = lineCounter.linePos(node.range[0]);
      return { line, column: col };
    }
  }
  return {};
}

function toProblem(error: ErrorObject, problem: YamlFile<unknown>['problem']): Problem {
  const path = error.instancePath.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      const near = nearest(key, known);
      return problem([...path, key], 'is not a known key', near ? `did you mean "${near}"?` : `known here: ${known.join(', ')}`);
    }
    case 'required':
      return problem(path, `"${String(error.params['missingProperty'])}" is missing`);
    case 'pattern': {
      const description = (error.parentSchema as { description?: string } | undefined)?.description;
      return problem(path, `${JSON.stringify(error.data)} is not written as it should be`, description ?? `pattern ${String(error.params['pattern'])}`);
    }
    case 'anyOf': {
      const known = choices(error);
      if (!known) return problem(path, `${error.message ?? error.keyword}, is ${textOf(error.data)}`);
      const near = typeof error.data === 'string' ? nearest(error.data, known) : undefined;
      return problem(path, `${textOf(error.data)} is not one of those it may be`, near ? `did you mean "${near}"?` : known.join(', '));
    }
    case 'const':
      return problem(path, `must be ${JSON.stringify(error.params['allowedValue'])}, is ${JSON.stringify(error.data)}`);
    default:
      if (Number.isNaN(error.data)) return problem(path, 'is not a number');
      return problem(path, `${error.message ?? error.keyword}, is ${textOf(error.data)}`);
  }
}

const textOf = (data: unknown): string => (typeof data === 'number' ? String(data) : (JSON.stringify(data) ?? 'nothing'));

/** The words of a union that is made of words only. */
function choices({ schema }: ErrorObject): string[] | undefined {
  const branches = schema as readonly { readonly const?: unknown }[];
  return branches.every((branch) => typeof branch.const === 'string') ? branches.map((branch) => String(branch.const)) : undefined;
}

/** Of a union, what is wrong inside the branch that was meant says more than "must match a schema in anyOf" or "must be string"; of one of words, the union says it once. */
function isUnionNoise(errors: readonly ErrorObject[], error: ErrorObject): boolean {
  const noise: readonly string[] = ['anyOf', 'type', 'const'];
  const words = errors.find((union) => union.keyword === 'anyOf' && union.instancePath === error.instancePath && choices(union));
  if (words) return error !== words;
  return (
    noise.includes(error.keyword) &&
    errors.some((union) => union.keyword === 'anyOf' && union.instancePath === error.instancePath) &&
    errors.some((other) => other.instancePath.startsWith(`${error.instancePath}/`) || (other.instancePath === error.instancePath && !noise.includes(other.keyword)))
  );
}

/** What is not even of the right type need not also be told that it is out of bounds. */
function isSecondary(errors: readonly ErrorObject[], error: ErrorObject): boolean {
  return error.keyword !== 'type' && errors.some((other) => other.keyword === 'type' && other.instancePath === error.instancePath);
}

function dedupe(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** The known name that is most like `name`, if one is near enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known.map((candidate) => ({ candidate, steps: distance(name.toLowerCase(), candidate.toLowerCase()) })).toSorted((a, b) => a.steps - b.steps);
  return best && best.steps <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined;
}

function keyText(path: Path): string {
  return path.reduce<string>((text, part) => (/^\d+$/.test(String(part)) ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${part}`), '');
}
