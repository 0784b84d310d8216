import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { type Problem, UsageError } from '../../contracts/fail.ts';
import type { Endpoint } from '../../contracts/endpoint.ts';

/** Endpoints that only ask whether it is one's turn; they do not count as throughput. */
export const pollingEndpoints: readonly Endpoint[] = ['GET /queue/token'];

const OpenApi = Type.Object({ paths: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())) });
const Operation = Type.Object({ responses: Type.Record(Type.String(), Type.Unknown()) });
const methods = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'options']);

/** Statuses by "METHOD /route/:template" from an OpenAPI document; operations without documented responses are left out. */
export function documentedStatuses(openapi: Static<typeof OpenApi>): Record<Endpoint, number[]> {
  const statuses: Record<Endpoint, number[]> = {};
  for (const [path, operations] of Object.entries(openapi.paths)) {
    const route = path.replaceAll(/\{([^}]+)\}/g, ':$1');
    for (const [method, operation] of Object.entries(operations)) {
      if (!methods.has(method) || !Value.Check(Operation, operation)) continue;
      const documented = Object.keys(operation.responses).map(Number).filter(Number.isInteger);
      if (documented.length > 0) statuses[`${method.toUpperCase()} ${route}`] = documented.sort((a, b) => a - b);
    }
  }
  return statuses;
}

/** The same from service/openapi.json in `serviceDir`; a UsageError when it is missing or not an OpenAPI document. */
export function readDocumentedStatuses(serviceDir: string): Record<Endpoint, number[]> {
  const file = join(serviceDir, 'openapi.json');
  const refused = (message: string): UsageError => new UsageError([{ file, message, fix: 'the service publishes it; restore it from git' } satisfies Problem]);
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refused((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : `cannot be read: ${(error as Error).message}`);
  }
  if (!Value.Check(OpenApi, document)) throw refused('is not an OpenAPI document with paths');
  return documentedStatuses(document);
}
