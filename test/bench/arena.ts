import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { baseEnvironment } from '../../harness/stack/native/context.ts';
import { waitFor } from '../../harness/stack/native/wait.ts';
import type { Supervisor } from '../../harness/supervisor/api.ts';
import { withPostgres } from '../../harness/targets/ticketing/postgres.ts';
import type { TestStack } from '../support/global-setup.ts';
import { freePort } from '../support/free-port.ts';
import { hottest, type Hot } from './profile.ts';
import { activationTimes } from './activation.ts';
import { freeSeats, HELD, holdSeats, prepareSale, SCHEDULES, SEATS, SECRET } from './prepare.ts';
import { pgbenchScript } from './statement.ts';
import { LoadTools, type WrkResult } from './tools.ts';

/** As many for the service's pool as for pgbench. */
const CLIENTS = 10;
const CONNECTIONS = 32;
/** Entering is what a crowd does at once. */
const CROWD = 128;
const REDIS_REQUESTS = 100_000;
const REFUSED_SHARE_MAX = 0.1;
const serverScript = resolve(import.meta.dirname, '../../service/server.ts');
const bareScript = resolve(import.meta.dirname, 'bare.ts');

/** One database, one Redis and the programs of the service that the measurements need; each is started once and stays warm. */
export class Arena {
  readonly tools: LoadTools;
  readonly #stack: TestStack;
  readonly #supervisor: Supervisor;
  readonly #workDir: string;
  readonly #seconds: number;
  readonly #database: URL;
  readonly #client: Client;
  readonly #programs = new Map<string, string>();
  #entered = 0;

  static async open(stack: TestStack, supervisor: Supervisor, workDir: string, seconds: number): Promise<Arena> {
    await withPostgres(stack.postgresAdminUrl, (admin) => admin.query(`CREATE DATABASE bench TEMPLATE ${stack.templateDatabase}`));
    const database = new URL(stack.postgresAdminUrl);
    database.pathname = 'bench';
    const client = new Client({ connectionString: database.href });
    await client.connect();
    await client.query('CREATE SEQUENCE bench_number');
    const arena = new Arena(stack, supervisor, workDir, seconds, database, client);
    await prepareSale(client, arena.#file('buyers'));
    return arena;
  }

  private constructor(stack: TestStack, supervisor: Supervisor, workDir: string, seconds: number, database: URL, client: Client) {
    this.tools = new LoadTools(supervisor, workDir);
    this.#stack = stack;
    this.#supervisor = supervisor;
    this.#workDir = workDir;
    this.#seconds = seconds;
    this.#database = database;
    this.#client = client;
  }

  /** New people a second that one process gives a place in the queue. */
  async enter(settings: Settings = {}): Promise<number> {
    const env = { BENCH_FROM: String(this.#entered) };
    this.#entered += 1_000_000;
    return rateOf(await this.#wrk('enter', await this.#service(settings), env, '', CROWD));
  }

  /** The Redis commands of an entrance, a second: one look, one note. */
  async enterCommands(): Promise<number> {
    const redis = new URL(this.#stack.redisUrl);
    const load = { clients: CROWD, requests: REDIS_REQUESTS };
    const get = await this.tools.redisBenchmark(redis, load, 'GET', 'bench:queue:all:user:__rand_int__');
    const set = await this.tools.redisBenchmark(redis, load, 'SET', 'bench:queue:all:user:__rand_int__', '123456:1767225600000', 'PX', '3600000');
    return 1 / (1 / get + 1 / set);
  }

  async reserve(settings: Settings = {}, nodeArgs: readonly string[] = []): Promise<number> {
    await freeSeats(this.#client);
    const env = this.#reserveEnv();
    return rateOf(await this.#wrk('reserve', await this.#service(settings, nodeArgs), env));
  }

  async reserveStatement(): Promise<number> {
    await freeSeats(this.#client);
    const before = ['\\set buyer random(1, 2000)', `\\set schedule random(1, ${SCHEDULES})`, `\\set seat random(1, ${SEATS})`];
    const values = ['gen_random_uuid()', `'buyer-' || :buyer`, `'all'`, ':buyer', `'bench_' || :schedule`, ':seat', '300', 'gen_random_uuid()', 'NULL', 'NULL', `'00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'`];
    return this.#pgbench(pgbenchScript(this.#workDir, 'reserve-seat', before, values));
  }

  async pay(settings: Settings = {}): Promise<number> {
    await holdSeats(this.#client, this.#file('held'));
    const result = await this.#wrk('pay', await this.#service(settings), { BENCH_TOKENS: this.#file('held') });
    if (result.requests > HELD) throw new Error(`only ${HELD} seats were held for ${result.requests} payments: raise HELD`);
    return rateOf(result);
  }

  async payStatement(): Promise<number> {
    await holdSeats(this.#client, this.#file('held'));
    await this.#client.query(`SELECT setval('bench_number', 2000)`);
    const reservation = `('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;
    const values = ['gen_random_uuid()', reservation, `'payer-' || n`, `'all'`, 'n', '50000', `'pay-' || n`, `sha256('bench')`, 'gen_random_uuid()', `'00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'`];
    return this.#pgbench(pgbenchScript(this.#workDir, 'pay-points', [], values, `nextval('bench_number') n, LATERAL `));
  }

  /** Reads of a seat map of 50 seats from the cache. */
  async readSeats(settings: Settings = {}): Promise<number> {
    await this.#smallSchedule();
    return rateOf(await this.#wrk('get', await this.#service(settings), {}, '/concerts/schedules/bench_small/seats'));
  }

  /** The same text by one bare route with one GET. */
  async readBare(): Promise<number> {
    await this.#smallSchedule();
    const text = await (await fetch(`${await this.#service({})}/concerts/schedules/bench_small/seats`)).text();
    const redis = new Redis(this.#stack.redisUrl);
    await redis.set('bench-bare', text);
    redis.disconnect();
    const url = await this.#program('bare', bareScript, { REDIS_URL: this.#stack.redisUrl, KEY: 'bench-bare' }, '/read');
    return rateOf(await this.#wrk('get', url, {}, '/read'));
  }

  /** Latency at a fixed rate of reservations a second. */
  async reserveAtRate(k6: string, ratePerSecond: number): Promise<{ requests: number; dropped: number; p50: number; p99: number }> {
    await freeSeats(this.#client);
    const seconds = this.#seconds * 3;
    const env = { BASE_URL: await this.#service({}), BENCH_RATE: String(ratePerSecond), BENCH_SECONDS: String(seconds), ...this.#reserveEnv() };
    return this.tools.k6(k6, env, seconds);
  }

  /** Where the CPU time of the service goes while it reserves at full rate. */
  async profile(count: number): Promise<Hot[]> {
    const folder = join(this.#workDir, 'profile');
    await this.reserve({}, ['--cpu-prof', `--cpu-prof-dir=${folder}`]);
    await this.#supervisor.stop(`program-${this.#programs.size}`);
    return hottest(folder, count, this.#seconds);
  }

  /** Answers while all but one request at a time are refused. */
  async shedding(): Promise<WrkResult> {
    await freeSeats(this.#client);
    return this.tools.wrk('reserve', await this.#service({ SHED_IN_FLIGHT_MAX: '1' }), { connections: CONNECTIONS, seconds: this.#seconds, env: this.#reserveEnv() });
  }

  /** From a payment to the next admission, ms, with the worker in the api's process or in one of its own. */
  async activation(worker: 'same process' | 'own process', people: number): Promise<number[]> {
    await freeSeats(this.#client);
    await this.#client.query('TRUNCATE queue_places, wallets');
    await this.#client.query('UPDATE queue_head SET watermark = (SELECT last_seq FROM queue_tail t WHERE t.scope = queue_head.scope)');
    const settings = { QUEUE_ACTIVE_CAP: '1', QUEUE_ADMISSION_PER_SECOND: '1000' };
    const api = await this.#service({ ...settings, ROLES: worker === 'same process' ? 'api,worker' : 'api' });
    if (worker === 'own process') await this.#service({ ...settings, ROLES: 'worker' });
    const times = await activationTimes(this.#client, api, people);
    await this.#supervisor.stop(`program-${this.#programs.size}`);
    return times;
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  async #smallSchedule(): Promise<void> {
    await this.#client.query(`INSERT INTO schedules (schedule_id, concert_id, starts_at, seats_total) VALUES ('bench_small', 'bench', now() + interval '1 day', 50) ON CONFLICT DO NOTHING`);
    await this.#client.query(`INSERT INTO seats (schedule_id, seat_no, price) SELECT 'bench_small', n, 50000 FROM generate_series(1, 50) n ON CONFLICT DO NOTHING`);
  }

  async #wrk(script: 'enter' | 'reserve' | 'pay' | 'get', url: string, env: Record<string, string>, path = '', connections = CONNECTIONS): Promise<WrkResult> {
    const result = await this.tools.wrk(script, `${url}${path}`, { connections, seconds: this.#seconds, env });
    if (result.broken > 0 || result.refused > result.requests * REFUSED_SHARE_MAX) throw new Error(`${script}: ${result.refused} refused and ${result.broken} broken of ${result.requests} requests`);
    return result;
  }

  #pgbench(script: string): Promise<number> {
    return this.tools.pgbench(this.#database, script, { clients: CLIENTS, seconds: this.#seconds });
  }

  #reserveEnv(): Record<string, string> {
    return { BENCH_TOKENS: this.#file('buyers'), BENCH_SCHEDULES: String(SCHEDULES), BENCH_SEATS: String(SEATS), BENCH_SEED: '1' };
  }

  #file(name: string): string {
    return join(this.#workDir, `${name}.txt`);
  }

  #service(settings: Settings, nodeArgs: readonly string[] = []): Promise<string> {
    const env = {
      ROLES: 'api',
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      AUTH_MODE: 'trust',
      ALLOW_INSECURE: 'true',
      RATE_LIMITS: 'off',
      DATABASE_URL: this.#database.href,
      REDIS_URL: this.#stack.redisUrl,
      REDIS_KEY_PREFIX: 'bench:',
      KAFKA_BROKERS: this.#stack.kafkaBrokers.join(','),
      KAFKA_TOPIC_PREFIX: 'bench-',
      GATEWAY_URL: 'http://127.0.0.1:9',
      TOKEN_SECRET: SECRET,
      DB_POOL_MAX: String(CLIENTS),
      ...settings,
    };
    return this.#program(`service-${JSON.stringify([settings, nodeArgs])}`, serverScript, env, '/health/live', nodeArgs);
  }

  /** Address of a program that stays up once it was started. */
  async #program(key: string, script: string, env: Record<string, string>, readyPath: string, nodeArgs: readonly string[] = []): Promise<string> {
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const name = `program-${this.#programs.size + 1}`;
    const logFile = join(this.#workDir, `${name}.log`);
    const process_ = await this.#supervisor.spawn({ name, command: process.execPath, args: ['--disable-warning=TimeoutNegativeWarning', ...nodeArgs, script], env: { ...baseEnvironment(), ...env, PORT: port }, logFile });
    await waitFor({ what: `${name} ready`, timeoutMs: 30_000, process: process_, logFile }, async () => {
      if (!(await fetch(`${url}${readyPath}`)).ok) throw new Error('not yet');
    });
    this.#programs.set(key, url);
    return url;
  }
}

type Settings = Readonly<Record<string, string>>;

const rateOf = ({ requests, seconds }: WrkResult): number => requests / seconds;
