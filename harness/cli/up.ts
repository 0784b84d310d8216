import { defaultTopology } from '../contracts/plan.ts';
import { exitCodes } from '../contracts/verdicts.ts';
import { loadExperiment } from '../plan/experiment.ts';
import { settingsOf } from '../plan/plan.ts';
import { startUp } from '../up/start.ts';
import type { UpFile } from '../up/up-file.ts';

export interface UpFlags {
  readonly port: number;
  readonly replicas?: number;
  readonly set: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

/** What is on sale when no experiment says so. */
const defaultDataset = { schedules: 4, seatsPerSchedule: 100, priceKrw: 50_000 };

/** Starts stack and service, with the settings and seats of an experiment when one is named, and leaves them running. */
export async function upCommand(file: string | undefined, { port, replicas, set, json }: UpFlags): Promise<number> {
  const experiment = file === undefined ? undefined : loadExperiment(file).experiment;
  const startedMs = performance.now();
  const up = await startUp({
    port,
    // What people work with comes back when it ends, whatever an experiment wants to see of it.
    topology: { ...defaultTopology, ...experiment?.stack, restart: true, ...(replicas !== undefined && { replicas }) },
    dataset: experiment?.dataset ?? defaultDataset,
    settings: { ...(experiment && settingsOf(experiment)), ...set },
    report: (line) => void (json ? process.stderr : process.stdout).write(`${line}\n`),
  });
  if (json) process.stdout.write(`${JSON.stringify(up, null, 1)}\n`);
  else process.stdout.write(`\nup after ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n\n${upLines(up).join('\n')}\n`);
  return exitCodes.PASS;
}

/** Where everything is, a line each. */
export function upLines({ urls, adminKey, dataset, settings, logDir }: UpFile): string[] {
  const line = (name: string, value: string): string => `  ${name.padEnd(20)} ${value}`;
  const [first = '', ...others] = dataset.schedules;
  const schedules = others.length === 0 ? first : `${first} … ${others.at(-1)}`;
  return [
    ...Object.entries(urls).map(([name, url]) => line(name, url)),
    line('admin key', `${adminKey}  (header X-Admin-Key)`),
    line('on sale', `concert_1, ${schedules}: ${dataset.seatsPerSchedule} seats each at ${dataset.priceKrw} KRW`),
    ...(Object.keys(settings).length === 0 ? [] : [line('settings', Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(' '))]),
    line('logs', logDir),
    '',
    'docs/api.md goes through a purchase with curl. npx gatecrash status | logs [NAME] [-f] | down',
  ];
}
