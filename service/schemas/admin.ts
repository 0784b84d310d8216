import Type, { type TSchema } from 'typebox';
import { answers } from './common.ts';

/** The responses of a route of operations: as `answers`, with what its key and its limit may say. */
export const adminAnswers = (success: Readonly<Record<number, TSchema>>, ...problems: readonly number[]): Record<number, TSchema> => answers(success, 401, 403, 429, ...problems);

/** YYYY-MM-DD */
export const DateOnly = Type.String({ format: 'date', pattern: '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$', description: 'YYYY-MM-DD' });
export const SerialId = Type.String({ pattern: '^[1-9][0-9]{0,14}$' });
/** A number in a query string. */
export const Limit = Type.String({ pattern: '^([1-9][0-9]?|100)$', description: '1 to 100' });
