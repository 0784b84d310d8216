import { Problem } from './problem.ts';

/** Where a page ended, as text that stands in a URL: a time of PostgreSQL to the microsecond, and the id within it. */
export interface Position {
  /** `2026-11-21T12:00:00.123456Z`, or one of PostgreSQL's infinities */
  readonly at: string;
  readonly id: string;
}

const timePattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\d{3}Z$/;
const idPattern = /^[A-Za-z0-9_.:-]{1,100}$/;

export function cursorOf({ at, id }: Position): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

/** Throws 422 for what is not a cursor of ours, so that only times that exist come to the database. */
export function positionOf(cursor: string): Position {
  const [at = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const position = { at, id };
  if (rest.length > 0 || !isTime(at) || !idPattern.test(id) || cursorOf(position) !== cursor) throw new Problem(422, 'CURSOR_UNKNOWN', 'the cursor is not one that was given out');
  return position;
}

function isTime(text: string): boolean {
  if (text === 'infinity') return true;
  const millis = timePattern.exec(text)?.[1];
  const time = new Date(`${millis}Z`);
  return millis !== undefined && !Number.isNaN(time.getTime()) && time.toISOString() === `${millis}Z`;
}
