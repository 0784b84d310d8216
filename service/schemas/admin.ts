import Type, { type TSchema } from 'typebox';
import { Problem } from '../domain/problem.ts';
import { answers } from './common.ts';

/** The responses of a route of operations: as `answers`, with what its key and its limit may say. */
export const adminAnswers = (success: Readonly<Record<number, TSchema>>, ...problems: readonly number[]): Record<number, TSchema> => answers(success, 401, 403, 429, ...problems);

const day = '[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
export const DateOnly = Type.String({ pattern: `^${day}$`, description: 'YYYY-MM-DD' });
export const Instant = Type.String({ pattern: `^${day}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,3})?)?Z$`, description: 'ISO 8601, UTC' });
export const SerialId = Type.String({ pattern: '^[1-9][0-9]{0,14}$' });
/** Numbers in a query string. */
export const Limit = Type.String({ pattern: '^([1-9][0-9]?|100)$', description: '1 to 100; 20 if not given' });
export const AfterId = Type.String({ pattern: '^[0-9]{1,15}$', description: 'the id of the last one of the page before' });
/** For people: no control characters, which PostgreSQL would not take. */
export const Title = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });

/** The same, when there is such a day; the pattern lets 31 February pass. Throws 422. */
export function realDay(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text.slice(0, 10)) throw new Problem(422, 'DATE_INVALID', `there is no day ${text.slice(0, 10)}`);
  return text;
}
