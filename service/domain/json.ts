import { Problem } from './problem.ts';

/** Deeper than anything a route takes; what comes from outside is not walked further. */
export const depthMax = 20;

const notOurs = new Set(['__proto__', 'constructor', 'prototype']);
/** Whether a closer look is needed: one of those names, an escape that could spell one, a number that could be too great. */
const suspicious = /__proto__|constructor|prototype|\\u|\d{16}|\d[eE]/;

/**
 * JSON from outside. Besides what is no JSON it refuses, with 400, what other programs would read differently or what is
 * made to harm: more than 20 levels, numbers that a double cannot hold exactly, and names that every object has.
 */
export function parseJson(text: string): unknown {
  if (deeperThan(depthMax, text)) throw refusal(`more than ${depthMax} levels`);
  try {
    if (!suspicious.test(text)) return JSON.parse(text) as unknown;
    return JSON.parse(text, (name, value: unknown) => {
      if (notOurs.has(name)) throw refusal(`a field called ${name}`);
      if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) throw refusal('a number beyond 2^53 - 1');
      return value;
    });
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(400, 'BAD_REQUEST', 'the body is not JSON');
  }
}

const refusal = (what: string): Problem => new Problem(400, 'BAD_REQUEST', `the body has ${what}`);

/** Looked at before it is parsed: the parser would go down all the way. */
function deeperThan(levels: number, text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (quoted) {
      if (char === backslash) index++;
      else if (char === quote) quoted = false;
    } else if (char === quote) quoted = true;
    else if (char === openBrace || char === openBracket) {
      if (++depth > levels) return true;
    } else if (char === closeBrace || char === closeBracket) depth--;
  }
  return false;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = ['"', '\\', '{', '}', '[', ']'].map((char) => char.charCodeAt(0)) as [number, number, number, number, number, number];
