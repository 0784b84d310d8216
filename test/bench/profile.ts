import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Hot {
  readonly name: string;
  /** share of the time the process was not idle */
  readonly share: number;
}

/** Where the time of the last `seconds` went by itself, most first, of the .cpuprofile that `node --cpu-prof` left in a folder: without the start. */
export function hottest(folder: string, count: number, seconds: number): Hot[] {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error(`no .cpuprofile in ${folder}`);
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [id, `${functionName || '(anonymous)'}${url === '' ? '' : ` ${shortOf(url)}:${lineNumber + 1}`}`]));
  const spent = new Map<string, number>();
  let left = timeDeltas.reduce((sum, micros) => sum + micros, 0);
  samples.forEach((id, index) => {
    left -= timeDeltas[index] ?? 0;
    if (left > seconds * 1e6) return;
    const name = names.get(id) ?? '?';
    if (!/^\((idle|program)\)/.test(name)) spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  });
  const total = [...spent.values()].reduce((sum, micros) => sum + micros, 0);
  return [...spent].sort(([, a], [, b]) => b - a).slice(0, count).map(([name, micros]) => ({ name, share: micros / total }));
}

const shortOf = (url: string): string => url.replace(/^.*node_modules\//, '').replace(/^.*\/service\//, 'service/');
