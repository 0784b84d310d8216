import { expect, test } from 'vitest';
import { depthMax, parseJson } from '../../../service/domain/json.ts';

const nested = (levels: number, open: string, close: string) => open.repeat(levels) + close.repeat(levels);
const refused = (text: string, detail: RegExp) => expect(() => parseJson(text), text.slice(0, 40)).toThrow(expect.objectContaining({ status: 400, code: 'BAD_REQUEST', message: expect.stringMatching(detail) }));

test('what is JSON is read as JSON.parse reads it', () => {
  for (const text of ['{"a":[1,-2.5,1e3,true,null,"{[\\"]}"]}', '"text"', '7', nested(depthMax, '[', ']'), `{"a":${Number.MAX_SAFE_INTEGER}}`, `[${'[],'.repeat(50)}[]]`]) {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  }
});

test('what is not JSON is refused without showing it', () => {
  for (const text of ['', '{', '{"secret":', "{'a':1}", 'undefined', '{"a":1,}', 'NaN', '\u0000']) refused(text, /^the body is not JSON$/);
});

test('more than 20 levels are refused, however they are made', () => {
  refused(nested(depthMax + 1, '[', ']'), /20 levels/);
  refused(`${'{"a":'.repeat(depthMax + 1)}1${'}'.repeat(depthMax + 1)}`, /20 levels/);
  refused('['.repeat(60_000), /20 levels/);
});

test('brackets within text are no levels', () => {
  expect(parseJson(JSON.stringify({ a: '['.repeat(100), 'b\\': '\\"[[[[[[[[[[[[[[[[[[[[[[[[' }))).toEqual({ a: '['.repeat(100), 'b\\': '\\"[[[[[[[[[[[[[[[[[[[[[[[[' });
});

test('numbers that would be read as another number are refused', () => {
  for (const number of ['9007199254740992', '-9007199254740993', '1e400', '-1e400', '123456789012345678901234567890']) refused(`{"amount":${number}}`, /2\^53/);
});

test('fields that every object has are refused wherever they stand', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__']) {
    refused(`{"${name}":{"admin":true}}`, /a field called/);
    refused(`{"a":[{"b":{"${name}":1}}]}`, /a field called/);
  }
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});
