import { expect, test } from 'vitest';
import type { Campaign, CampaignPart, PartFigures } from '../../../harness/contracts/campaign.ts';
import { renderCampaignJunit } from '../../../reports/ci/campaign-junit.ts';
import { renderCampaignSummary } from '../../../reports/ci/campaign-summary.ts';
import { standingOf } from '../../../reports/html/campaign/standing.ts';
import { renderCampaign } from '../../../reports/html/campaign.ts';
import { expectGolden } from '../../support/golden.ts';
import { readMarkup } from './markup.ts';

const startedMs = Date.UTC(2026, 10, 21, 10);
const figures: PartFigures = {
  requests: 4180,
  faultP95Ms: 212.4,
  faultP99Ms: 480.2,
  faultBadShare: 0.0021,
  badShare: 0.0006,
  detection: { seconds: 0.6, censored: false },
  recovery: { seconds: 1.9, censored: false },
  audit: 'held',
  invariantsBroken: 0,
  invariants: 17,
};

function part(name: string, over: Partial<CampaignPart> = {}): CampaignPart {
  return {
    name,
    file: `chaos/experiments/${name}.yaml`,
    title: `What happens: ${name}`,
    hypothesis: 'Nobody is sold a seat twice, and the service comes back by itself.',
    faults: [{ kind: 'redis-down', target: 'redis' }],
    cell: false,
    state: 'done',
    runDir: `20261121-100000-${name}-1a2b`,
    verdict: 'PASS',
    exitCode: 0,
    sentence: 'Yes, sales can open: every objective was proven.',
    figures,
    startedMs,
    tookMs: 71_000,
    stack: 1,
    ...over,
  };
}

const cell = (kind: string, target: string, over: Partial<CampaignPart> = {}): CampaignPart => part(`${kind}-${target}`, { cell: true, title: `${kind} on ${target}`, faults: [{ kind, target }], ...over });

const none = { verdict: null, exitCode: null, figures: null, tookMs: null, stack: null } as const;
const mixed: readonly CampaignPart[] = [
  part('redis-down'),
  part('bad-day', { faults: [{ kind: 'redis-down', target: 'redis' }, { kind: 'broker-loss', target: 'broker-1' }], verdict: 'INCONCLUSIVE', exitCode: 2, sentence: 'Not proven either way: 2 more seconds of steady would decide.', stack: 2 }),
  part('cpu-throttled', { ...none, state: 'not-possible', runDir: null, startedMs: null, sentence: 'cpu needs root (run it on another machine)' }),
  cell('down', 'redis'),
  cell('down', 'postgres', {
    verdict: 'FAIL',
    exitCode: 1,
    sentence: 'No, sales cannot open: 2 seats were sold twice.',
    figures: { ...figures, faultP99Ms: 2890.5, faultP95Ms: 2410, faultBadShare: 0.613, recovery: { seconds: 15, censored: true }, audit: 'broken', invariantsBroken: 1 },
  }),
  cell('hang', 'redis', { verdict: 'INVALID', exitCode: 3, sentence: 'This run says nothing about the service: hang-redis never took hold.', figures: { ...figures, faultP95Ms: null, faultP99Ms: null, faultBadShare: null, detection: null, recovery: null, audit: 'unchecked' } }),
  cell('latency', 'gateway', { ...none, state: 'failed', sentence: 'postgres could not be prepared: <no> connection' }),
  cell('latency', 'redis', { ...none, state: 'running', sentence: null }),
  cell('latency', 'api', { ...none, state: 'pending', runDir: null, startedMs: null, sentence: null }),
];

function campaign(parts: readonly CampaignPart[], endedMs: number | null = startedMs + 700_000): Campaign {
  return {
    schemaVersion: 1,
    campaignId: '20261121-095900-matrix-77aa',
    gatecrashVersion: '0.1.0',
    suite: { name: 'matrix', title: 'Every dependency, every kind of fault', file: 'chaos/suites/matrix.yaml' },
    seed: 1,
    command: 'npx gatecrash suite chaos/suites/matrix.yaml --resume reports/campaigns/20261121-095900-matrix-77aa',
    startedMs,
    endedMs,
    parts: [...parts],
  };
}

test('the page of a campaign is the golden file', () => {
  expectGolden('campaign-mixed.html', renderCampaign(campaign(mixed, null)));
  expectGolden('campaign-pass.html', renderCampaign(campaign([part('redis-down'), part('pool-exhaustion')])));
});

test('its summary and JUnit file are the golden files', () => {
  expectGolden('campaign-mixed.md', renderCampaignSummary(campaign(mixed, null)));
  expectGolden('campaign-mixed.xml', renderCampaignJunit(campaign(mixed, null)));
});

test('links lead to the reports of parts that have one, and nowhere else', () => {
  const hrefs = readMarkup(renderCampaign(campaign(mixed))).flatMap(({ name, attributes }) => (name === 'a' ? [attributes['href']] : []));
  expect(hrefs.filter((href) => !href?.startsWith('#'))).toEqual([
    '20261121-100000-down-redis-1a2b/report.html',
    '20261121-100000-down-postgres-1a2b/report.html',
    '20261121-100000-hang-redis-1a2b/report.html',
    ...['redis-down', 'bad-day', 'down-redis', 'down-postgres', 'hang-redis'].map((name) => `20261121-100000-${name}-1a2b/report.html`),
  ]);
});

test('hostile text stays text', () => {
  const evil = '"><script>alert(1)</script>`\u202e';
  const page = renderCampaign(campaign([part('x', { name: evil, title: evil, hypothesis: evil, sentence: evil, verdict: 'FAIL', runDir: '../../etc/x" onclick="y', faults: [{ kind: evil, target: evil }] })]));
  expect(readMarkup(page).some(({ name }) => name === 'script')).toBe(false);
  expect(page).not.toContain('etc/x&quot; onclick');
});

test.each([
  ['everything passed', [part('a')], 'PASS', /^1 of 1 part passed\.$/],
  ['one is not proven', [part('a'), part('b', { verdict: 'INCONCLUSIVE' })], 'INCONCLUSIVE', /1 INCONCLUSIVE/],
  ['a FAIL is said before a failure of the harness', [part('a', { verdict: 'FAIL' }), part('b', { ...none, state: 'failed' })], 'FAIL', /1 FAIL, 1 failed in the harness/],
  ['the harness failed', [part('a'), part('b', { ...none, state: 'failed' })], 'INCOMPLETE', /1 failed in the harness/],
  ['one is left', [part('a'), part('b', { ...none, state: 'pending' })], 'NOT FINISHED', /1 not run/],
  ['nothing could be made here', [part('a', { ...none, state: 'not-possible' })], 'INVALID', /0 of 1 part passed; 1 not possible/],
] as const)('standing: %s', (_case, parts, word, sentence) => {
  expect(standingOf(campaign(parts))).toMatchObject({ word, sentence: expect.stringMatching(sentence) as string });
});
