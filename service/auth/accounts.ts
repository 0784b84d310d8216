import { randomUUID } from 'node:crypto';
import type { Context, Visit } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import { statement } from '../sql/statement.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Passwords } from './passwords.ts';

const registerUserSql = statement('register-user');
const readPasswordSql = statement('read-password');

export interface Credentials {
  readonly userId: string;
  readonly password: string;
}

export interface AccessToken {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  readonly expiresInSeconds: number;
}

/** Least number of different characters: fewer are guessed at once, however long. */
const differentMin = 4;

/** Users who prove who they are by a password. */
export class Accounts {
  readonly #context: Context;
  readonly #passwords: Passwords;
  readonly #tokens: AccessTokens;

  constructor(context: Context, passwords: Passwords, tokens: AccessTokens) {
    this.#context = context;
    this.#passwords = passwords;
    this.#tokens = tokens;
  }

  /** Throws 409 when the name is taken, 422 for a password that is guessed at once. */
  async register({ userId, password }: Credentials, visit: Visit): Promise<{ userId: string }> {
    if (isWeak(userId, password)) throw new Problem(422, 'WEAK_PASSWORD', 'the password has too few different characters or contains the user id');
    const { db, metrics, wake } = this.#context;
    const [row] = await db.query<{ registered: boolean }>(registerUserSql, [userId, await this.#passwords.hash(password), randomUUID(), visit.traceparent]);
    if (!row?.registered) throw new Problem(409, 'USER_EXISTS', 'this user id is taken');
    metrics.registrations.inc();
    wake.relay();
    return { userId };
  }

  /** Throws the same 401, after the same time, for a wrong user and for a wrong password. */
  async login({ userId, password }: Credentials): Promise<AccessToken> {
    const { db, metrics } = this.#context;
    const [row] = await db.query<{ password: string }>(readPasswordSql, [userId]);
    const right = await this.#passwords.matches(password, row?.password);
    metrics.logins.inc({ result: right ? 'success' : 'failure' });
    if (!right) throw new Problem(401, 'LOGIN_FAILED', 'user id or password is wrong');
    return { accessToken: this.#tokens.issue(userId), tokenType: 'Bearer', expiresInSeconds: this.#tokens.lifeSeconds };
  }
}

function isWeak(userId: string, password: string): boolean {
  return new Set(password).size < differentMin || (userId.length >= differentMin && password.toLowerCase().includes(userId.toLowerCase()));
}
