import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { baseEnvironment } from '../../harness/stack/native/context.ts';
import { fileOnPath } from '../../harness/setup/paths.mjs';
import type { Supervisor } from '../../harness/supervisor/api.ts';

const folder = import.meta.dirname;
const SLACK_MS = 30_000;

export interface WrkResult {
  readonly requests: number;
  readonly seconds: number;
  /** answers of 400 and above */
  readonly refused: number;
  /** connections refused or cut, and time-outs */
  readonly broken: number;
  /** latency, ms */
  readonly p50: number;
  readonly p99: number;
}

/** What is needed and not there, with what brings it; empty when all is there. */
export function missingTools(): string[] {
  const wanted = { wrk: 'apt-get install wrk', pgbench: "apt-get install postgresql (Debian's package brings pgbench)", 'redis-benchmark': 'apt-get install redis-tools' };
  return Object.entries(wanted).flatMap(([name, fix]) => (fileOnPath(name, process.env) ? [] : [`${name} is not there: ${fix}`]));
}

/** The load generators of the field, each run to its end; the supervisor ends them with everything else. */
export class LoadTools {
  readonly #supervisor: Supervisor;
  readonly #workDir: string;
  #runs = 0;

  constructor(supervisor: Supervisor, workDir: string) {
    this.#supervisor = supervisor;
    this.#workDir = workDir;
  }

  /** wrk with one of the scripts of wrk/, on one thread; the scripts are closed loops, so the rate is what the service can take. */
  async wrk(script: 'enter' | 'reserve' | 'pay' | 'get', url: string, { connections, seconds, env = {} }: { connections: number; seconds: number; env?: Record<string, string> }): Promise<WrkResult> {
    const args = ['--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`, '--timeout', '5s', '--script', join(folder, 'wrk', `${script}.lua`), url];
    const output = await this.#run('wrk', args, { BENCH_REPORT: join(folder, 'wrk/report.lua'), ...env }, seconds);
    const line = output.split('\n').find((text) => text.startsWith('{'));
    if (line === undefined) throw new Error(`wrk printed no result:\n${output}`);
    return JSON.parse(line) as WrkResult;
  }

  /** pgbench with a prepared statement; transactions per second. */
  async pgbench(database: URL, script: string, { clients, seconds }: { clients: number; seconds: number }): Promise<number> {
    const args = ['--no-vacuum', '--protocol=prepared', `--client=${clients}`, '--jobs=1', `--time=${seconds}`, `--file=${script}`, '-h', database.hostname, '-p', database.port, '-U', database.username, database.pathname.slice(1)];
    const output = await this.#run('pgbench', args, {}, seconds);
    const match = /^tps = ([\d.]+)/m.exec(output);
    if (!match || /aborted|ERROR/.test(output)) throw new Error(`pgbench failed:\n${output}`);
    return Number(match[1]);
  }

  /** redis-benchmark with one command, without pipelining; commands per second. */
  async redisBenchmark(redis: URL, { clients, requests }: { clients: number; requests: number }, ...command: string[]): Promise<number> {
    const args = ['-h', redis.hostname, '-p', redis.port, '-c', String(clients), '-n', String(requests), '-r', '1000000', '--csv', ...command];
    const output = await this.#run('redis-benchmark', args, {}, 30);
    const match = /^"[^\n]*?","([\d.]+)"/m.exec(output.split('\n').filter((line) => !line.startsWith('"test"')).join('\n'));
    if (!match) throw new Error(`redis-benchmark printed no result:\n${output}`);
    return Number(match[1]);
  }

  /** k6 with reserve.k6.js at a fixed rate. */
  async k6(path: string, env: Record<string, string>, seconds: number): Promise<{ requests: number; dropped: number; p50: number; p99: number }> {
    const output = await this.#run(path, ['run', '--quiet', '--no-usage-report', join(folder, 'wrk/reserve.k6.js')], env, seconds);
    return JSON.parse(output.split('\n').find((line) => line.startsWith('{"requests"')) ?? 'null') as { requests: number; dropped: number; p50: number; p99: number };
  }

  async #run(command: string, args: readonly string[], env: Record<string, string>, seconds: number): Promise<string> {
    const name = `${basename(command)}-${++this.#runs}`;
    const logFile = join(this.#workDir, `${name}.log`);
    const { code, signal } = await this.#supervisor.execute({ name, command: fileOnPath(command, process.env) ?? command, args, env: { ...baseEnvironment(), ...env }, logFile }, seconds * 1000 + SLACK_MS);
    const output = readFileSync(logFile, 'utf8');
    if (code !== 0) throw new Error(`${command}: ${signal ?? `exit ${code}`}\n${output.slice(-2000)}`);
    return output;
  }
}
