import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { runCampaign } from '../campaign/campaign.ts';
import { campaignExitCode } from '../campaign/exit-code.ts';
import { newCampaign, resumedCampaign } from '../campaign/new.ts';
import { runPart } from '../campaign/run-part.ts';
import { Stacks } from '../campaign/stacks.ts';
import { loadSuite, selectParts } from '../campaign/suite.ts';
import { campaignFiles, type Campaign, type CampaignPart } from '../contracts/campaign.ts';
import { UsageError } from '../contracts/fail.ts';
import { planLoaded } from '../plan/make.ts';
import { assertFewFaults } from '../run/blast-radius.ts';
import { startLive } from '../run/live.ts';
import { assertMachineCan } from '../run/machine-needs.ts';
import { recoverAndTell } from '../run/run.ts';
import { withLock } from '../setup/lock.mjs';
import { campaignLines } from './campaign-table.ts';
import { Interrupt } from './interrupt.ts';

export interface SuiteFlags {
  readonly only?: readonly string[];
  /** Folder of a campaign to go on with. */
  readonly resume?: string;
  readonly seed?: number;
  readonly out: string;
  readonly maxFaults: number;
  readonly json?: boolean;
}

/** Runs the parts of a suite one after the other. Exit code of the worst; 70 when the harness failed in one, 130 or 143 when interrupted. */
export async function suiteCommand(file: string, flags: SuiteFlags): Promise<number> {
  if (flags.resume !== undefined && flags.seed !== undefined) throw new UsageError([{ message: 'a campaign that is resumed has its seed', fix: 'leave --seed out' }]);
  const loaded = loadSuite(file);
  const selected = selectParts(loaded, flags.only ?? []);
  const resumed = flags.resume === undefined ? undefined : await resumedCampaign(flags.resume, loaded);
  const start = resumed ?? newCampaign(loaded, selected, { seed: flags.seed ?? 1, outDir: flags.out });
  const dir = resolve(flags.resume ?? join(flags.out, start.campaignId));
  const blastRadius = { maxFaults: flags.maxFaults, allowHosts: [] };
  const planOf = ({ name }: Pick<CampaignPart, 'name'>) => {
    const part = loaded.parts.find((one) => one.name === name);
    if (!part) throw new Error(`the suite has no part ${name}`);
    const plan = planLoaded(part.loaded, { seed: start.seed });
    return { ...plan, command: `npx gatecrash suite ${loaded.file} --only ${name} --seed ${start.seed}` };
  };
  for (const part of start.parts) assertFewFaults(planOf(part), blastRadius);

  const out = flags.json ? process.stderr : process.stdout;
  const report = (line: string): void => void out.write(`${line}\n`);
  const interrupt = new Interrupt(report);
  const { signal } = interrupt;
  report(`${start.suite.title}: ${start.parts.length} parts, seed ${start.seed}, in ${relative(process.cwd(), dir)}`);
  const run = async (): Promise<Campaign> => {
    await recoverAndTell(report);
    const logDir = join(dir, campaignFiles.logs);
    await mkdir(logDir, { recursive: true });
    await using stacks = new Stacks({ logDir, signal, report }, Math.max(0, ...start.parts.map(({ stack }) => stack ?? 0)));
    return await runCampaign(start, {
      dir,
      signal,
      report,
      names: new Set(selected.map(({ name }) => name)),
      planOf,
      assertPossible: ({ faults }) => assertMachineCan(faults),
      run: (plan) => runPart(plan, { stacks, outDir: dir, signal, blastRadius, report, ...(process.stdout.isTTY && { onBus: (bus, of) => startLive(bus, { plan: of, out }) }) }),
    });
  };
  const refuse = (pid: number): never => {
    throw new UsageError([{ file: dir, message: `process ${pid} is running this campaign`, fix: 'wait for its end' }]);
  };
  const campaign = await withLock(join(dir, campaignFiles.lock), run, { onWait: refuse }).finally(() => interrupt.dispose());
  const page = join(dir, campaignFiles.page);
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...campaign, page }, null, 1)}\n`);
  const exitCode = signal.aborted ? interrupt.exitCode : campaignExitCode(campaign.parts);
  campaignLines(campaign, page, exitCode).forEach(report);
  return exitCode;
}
