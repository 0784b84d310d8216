import { join } from 'node:path';
import type { Topology } from '../../contracts/plan.ts';
import type { Tools } from '../../setup/tools.ts';
import type { ProcessHandle, Supervisor } from '../../supervisor/api.ts';

/** What every component of the native stack starts with. */
export interface NativeContext {
  readonly supervisor: Supervisor;
  readonly tools: Tools;
  /** Data of all servers; removed by the supervisor. */
  readonly dataDir: string;
  readonly logDir: string;
  readonly topology: Topology;
}

/** A server that answers. */
export interface Started {
  readonly handle: ProcessHandle;
  readonly version: string;
  /** from spawn to the first right answer */
  readonly readyMs: number;
}

export const HOST = '127.0.0.1';

export const logFileOf = (context: NativeContext, name: string): string => join(context.logDir, `${name}.log`);

/** What a process needs of the user's environment and no more: no secrets go to the servers or into their logs. */
export function baseEnvironment(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  // FRESH_RUN_MARKER: by it a clean-room run finds processes that outlived it.
  const names = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'FRESH_RUN_MARKER'];
  return Object.fromEntries(names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
}
