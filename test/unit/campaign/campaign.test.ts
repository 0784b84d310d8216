import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPart, runCampaign, type CampaignDeps } from '../../../harness/campaign/campaign.ts';
import { campaignExitCode } from '../../../harness/campaign/exit-code.ts';
import type { Campaign, CampaignPart } from '../../../harness/contracts/campaign.ts';
import { UsageError } from '../../../harness/contracts/fail.ts';
import type { VerdictName } from '../../../harness/contracts/verdicts.ts';
import { fixturePlan, fixtureVerdict } from '../../support/fixtures.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatecrash-campaign-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const part = (name: string): CampaignPart => openPart({ name, file: 'x.yaml', title: name, hypothesis: 'It holds.', faults: [{ kind: 'down', target: 'redis' }], cell: false });

function campaignOf(...names: string[]): Campaign {
  return { schemaVersion: 1, campaignId: 'c-1', gatecrashVersion: '1', suite: { name: 's', title: 'S', file: 's.yaml' }, seed: 1, command: 'npx gatecrash suite s.yaml --resume c-1', startedMs: 0, endedMs: null, parts: names.map(part) };
}

type Outcome = VerdictName | 'throws' | 'impossible';

/** A campaign whose parts end as they are told to. */
function depsOf(outcomes: Record<string, Outcome>, over: Partial<CampaignDeps> = {}): CampaignDeps & { readonly ran: string[] } {
  const ran: string[] = [];
  return {
    dir,
    ran,
    signal: new AbortController().signal,
    names: new Set(Object.keys(outcomes)),
    planOf: ({ name }) => fixturePlan({ runId: `run-${name}` }),
    assertPossible({ runId }) {
      if (outcomes[runId.slice(4)] === 'impossible') throw new UsageError([{ message: 'cpu needs root', fix: 'run it elsewhere' }]);
    },
    async run({ runId }) {
      const name = runId.slice(4);
      ran.push(name);
      const outcome = outcomes[name];
      if (outcome === 'throws') throw new Error('postgres could not be prepared');
      return { verdict: { ...fixtureVerdict(), verdict: outcome as VerdictName }, figures: null, stack: 1 };
    },
    report: () => {},
    ...over,
  };
}

const onDisk = (): Campaign => JSON.parse(readFileSync(join(dir, 'campaign.json'), 'utf8')) as Campaign;
const statesOf = ({ parts }: Campaign): string[] => parts.map(({ name, state, verdict }) => `${name} ${state}${verdict === null ? '' : ` ${verdict}`}`);

test('it goes on after a FAIL, after a failure of the harness and past what this machine cannot make', async () => {
  const deps = depsOf({ a: 'FAIL', b: 'throws', c: 'impossible', d: 'PASS' });
  const ended = await runCampaign(campaignOf('a', 'b', 'c', 'd'), deps);
  expect(statesOf(ended)).toEqual(['a done FAIL', 'b failed', 'c not-possible', 'd done PASS']);
  expect(ended.parts[1]).toMatchObject({ sentence: 'postgres could not be prepared', runDir: 'run-b', verdict: null });
  expect(ended.parts[2]).toMatchObject({ sentence: 'cpu needs root (run it elsewhere)', runDir: null });
  expect(ended.endedMs).not.toBeNull();
  expect(onDisk()).toEqual(ended);
  for (const file of ['index.html', 'summary.md', 'junit.xml']) expect(readFileSync(join(dir, file), 'utf8')).toContain('postgres could not be prepared');
});

test('a part is written down as running before it runs', async () => {
  let during: string[] = [];
  const deps = depsOf({ a: 'PASS' });
  await runCampaign(campaignOf('a', 'b'), { ...deps, run: async (plan) => ((during = statesOf(onDisk())), deps.run(plan)) });
  expect(during).toEqual(['a running', 'b pending']);
});

test('resumed, it runs what has no verdict: pending, failed, and what was running when it was killed', async () => {
  const first = await runCampaign(campaignOf('a', 'b', 'c', 'd'), depsOf({ a: 'FAIL', b: 'throws' }));
  const killed: Campaign = { ...first, parts: first.parts.map((one) => (one.name === 'c' ? { ...one, state: 'running', runDir: 'run-c', startedMs: 1 } : one)) };
  const deps = depsOf({ a: 'PASS', b: 'PASS', c: 'PASS', d: 'INCONCLUSIVE' });
  const ended = await runCampaign(killed, deps);
  expect(deps.ran).toEqual(['b', 'c', 'd']);
  expect(statesOf(ended)).toEqual(['a done FAIL', 'b done PASS', 'c done PASS', 'd done INCONCLUSIVE']);
  expect(ended.parts[1]?.sentence).not.toMatch(/postgres/);
});

test('only the parts that were named run', async () => {
  const deps = depsOf({ b: 'PASS' });
  expect(statesOf(await runCampaign(campaignOf('a', 'b'), deps))).toEqual(['a pending', 'b done PASS']);
});

test('interrupted, the part that ran is open again and the campaign has not ended', async () => {
  const interrupt = new AbortController();
  const deps = depsOf({ a: 'PASS', b: 'PASS' }, { signal: interrupt.signal });
  const ended = await runCampaign(campaignOf('a', 'b'), {
    ...deps,
    async run() {
      interrupt.abort(new Error('stopped by SIGINT'));
      throw interrupt.signal.reason;
    },
  });
  expect(statesOf(ended)).toEqual(['a pending', 'b pending']);
  expect(onDisk().endedMs).toBeNull();
});

test.each<[readonly (VerdictName | 'failed' | 'not-possible' | 'pending')[], number]>([
  [['PASS', 'PASS'], 0],
  [['PASS', 'not-possible'], 0],
  [['PASS', 'INCONCLUSIVE'], 2],
  [['INCONCLUSIVE', 'INVALID', 'PASS'], 3],
  [['INVALID', 'FAIL', 'PASS'], 1],
  [['FAIL', 'failed'], 70],
  [['not-possible'], 3],
  [['PASS', 'pending'], 0],
  [['pending'], 3],
])('a campaign of %j exits with %i', (outcomes, expected) => {
  const states = outcomes.map((outcome) => (outcome === 'failed' || outcome === 'not-possible' || outcome === 'pending' ? { state: outcome, verdict: null } : { state: 'done' as const, verdict: outcome }));
  expect(campaignExitCode(states)).toBe(expected);
});
