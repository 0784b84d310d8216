import { randomFillSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Where a request stands in a trace, as W3C Trace Context has it. */
export interface TraceContext {
  /** 32 hex digits */
  readonly traceId: string;
  /** The caller's span, 16 hex digits; undefined when the trace begins here. */
  readonly parentSpanId: string | undefined;
  /** What the caller decided about recording; undefined when it left that to us. */
  readonly sampled: boolean | undefined;
}

const w3cPattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const b3Pattern = /^([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-([01d]))?(?:-[0-9a-f]{16})?$/;
const nothing = /^0+$/;

/** W3C first, then B3 in one header, then B3 in several, then S2's bare `x-trace-id`; what is malformed counts as absent. */
export function traceContextOf(headers: IncomingHttpHeaders): TraceContext {
  return fromW3c(one(headers, 'traceparent')) ?? fromB3(one(headers, 'b3')) ?? fromB3Multi(headers) ?? fromTraceId(one(headers, 'x-trace-id')) ?? fresh();
}

/** The header for what is called from here. */
export const traceparentOf = (traceId: string, spanId: string, sampled: boolean): string => `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** A span's id, where nobody records spans: 16 hex digits. */
export const newSpanId = (): string => randomHex(8);

function fresh(): TraceContext {
  return { traceId: randomHex(16), parentSpanId: undefined, sampled: undefined };
}

/** A later version may append fields; version 00 has none, and ff is forbidden. */
function fromW3c(header: string | undefined): TraceContext | undefined {
  const [, version, traceId = '', parentSpanId = '', flags = ''] = (header && w3cPattern.exec(header)) || [];
  if (version === undefined || version === 'ff' || (version === '00' && header?.length !== 55)) return undefined;
  return checked(traceId, parentSpanId, (Number.parseInt(flags, 16) & 1) === 1);
}

function fromB3(header: string | undefined): TraceContext | undefined {
  const [, traceId, parentSpanId = '', state] = (header && b3Pattern.exec(header.toLowerCase())) || [];
  return traceId === undefined ? undefined : checked(traceId, parentSpanId, decided(state));
}

function fromB3Multi(headers: IncomingHttpHeaders): TraceContext | undefined {
  const traceId = one(headers, 'x-b3-traceid')?.toLowerCase();
  if (traceId === undefined) return undefined;
  const state = one(headers, 'x-b3-flags') === '1' ? 'd' : one(headers, 'x-b3-sampled');
  return fromB3([traceId, one(headers, 'x-b3-spanid') ?? '', ...(state === undefined ? [] : [state])].join('-'));
}

/** An id of 128 or 64 bits; a UUID is one of 128. */
function fromTraceId(header: string | undefined): TraceContext | undefined {
  const traceId = header?.toLowerCase().replaceAll('-', '') ?? '';
  return /^([0-9a-f]{32}|[0-9a-f]{16})$/.test(traceId) && !nothing.test(traceId) ? { traceId: traceId.padStart(32, '0'), parentSpanId: undefined, sampled: undefined } : undefined;
}

const pool = Buffer.alloc(4096);
let used = pool.length;
/** Random bytes are fetched many at a time: a fetch costs more than all the rest of a trace. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.toString('hex', used, (used += bytes));
}

const decided = (state: string | undefined): boolean | undefined => (state === undefined ? undefined : state === '1' || state === 'd');

/** Ids of zeros only are invalid in both standards. */
function checked(traceId: string, parentSpanId: string, sampled: boolean | undefined): TraceContext | undefined {
  return nothing.test(traceId) || nothing.test(parentSpanId) ? undefined : { traceId: traceId.padStart(32, '0'), parentSpanId, sampled };
}

function one(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
