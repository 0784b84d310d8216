import { createHash } from 'node:crypto';

/** What an idempotency key stands for: the same key with another request is a mistake of the caller. */
export function requestHash(request: Readonly<Record<string, string | number>>): Buffer {
  const canonical = JSON.stringify(Object.entries(request).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(canonical).digest();
}
