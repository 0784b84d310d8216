import { expect, test } from 'vitest';
import { newSpanId, traceContextOf, traceparentOf } from '../../../service/tracing/trace-context.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';
const other = 'f'.repeat(32);

test.for([
  { what: 'W3C, recorded', headers: { traceparent: `00-${trace}-${span}-01` }, parentSpanId: span, sampled: true },
  { what: 'W3C, not recorded', headers: { traceparent: `00-${trace}-${span}-00` }, parentSpanId: span, sampled: false },
  { what: 'W3C of a later version, with more fields', headers: { traceparent: `cc-${trace}-${span}-01-what-will-be` }, parentSpanId: span, sampled: true },
  { what: 'B3 in one header', headers: { b3: `${trace}-${span}-1` }, parentSpanId: span, sampled: true },
  { what: 'B3 in one header, debug, with a parent', headers: { b3: `${trace}-${span}-d-${'1'.repeat(16)}` }, parentSpanId: span, sampled: true },
  { what: 'B3 in one header, undecided', headers: { b3: `${trace}-${span}` }, parentSpanId: span, sampled: undefined },
  { what: 'B3 in several headers', headers: { 'x-b3-traceid': trace.toUpperCase(), 'x-b3-spanid': span, 'x-b3-sampled': '0' }, parentSpanId: span, sampled: false },
  { what: 'B3 in several headers, debug', headers: { 'x-b3-traceid': trace, 'x-b3-spanid': span, 'x-b3-flags': '1' }, parentSpanId: span, sampled: true },
  { what: 'a bare trace id', headers: { 'x-trace-id': trace }, parentSpanId: undefined, sampled: undefined },
  { what: 'W3C before all others', headers: { 'x-trace-id': other, b3: `${other}-${span}-1`, traceparent: `00-${trace}-${span}-00` }, parentSpanId: span, sampled: false },
  { what: 'B3 where W3C is malformed', headers: { traceparent: `00-${other}-${span}`, b3: `${trace}-${span}-1` }, parentSpanId: span, sampled: true },
])('the trace of the caller is taken from $what', ({ headers, parentSpanId, sampled }) => {
  expect(traceContextOf(headers)).toEqual({ traceId: trace, parentSpanId, sampled });
});

test('a trace id of 64 bits is padded, and a UUID is one of 128', () => {
  expect(traceContextOf({ b3: `${span}-${span}-1` }).traceId).toBe(`${'0'.repeat(16)}${span}`);
  expect(traceContextOf({ 'x-trace-id': '0AF76519-16cd-43dd-8448-eb211c80319c' }).traceId).toBe(trace);
});

test.for([
  `00-${trace}-${span}-01-more`,
  `ff-${trace}-${span}-01`,
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace.toUpperCase()}-${span}-01`,
  'x'.repeat(10_000),
])('%s is no traceparent: a new trace begins', (traceparent) => {
  const context = traceContextOf({ traceparent });
  expect(context).toEqual({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/), parentSpanId: undefined, sampled: undefined });
  expect(context.traceId).not.toBe(trace);
});

test('every traceparent made here is understood by its own reader', () => {
  expect(traceContextOf({ traceparent: traceparentOf(trace, newSpanId(), true) })).toMatchObject({ traceId: trace, sampled: true });
});
