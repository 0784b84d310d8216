import type { Campaign, CampaignPart } from '../../harness/contracts/campaign.ts';
import { caseElement, counts, type Case } from './junit-case.ts';
import { element } from './xml.ts';

/** junit.xml of a campaign: a test case for each part. What has no verdict is an error, except what this machine cannot make: that is skipped. */
export function renderCampaignJunit({ suite, parts, startedMs }: Campaign): string {
  const cases = parts.map(caseOf);
  const seconds = cases.reduce((sum, { seconds: own = 0 }) => sum + own, 0);
  const attributes = { ...counts(cases), time: seconds };
  const timestamp = new Date(startedMs).toISOString().slice(0, 19);
  const written = element('testsuite', { name: `gatecrash.${suite.name}`, ...attributes, timestamp }, cases.map((one) => caseElement(`gatecrash.${suite.name}`, one)));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: `gatecrash ${suite.name}`, ...attributes }, [written])}\n`;
}

function caseOf({ name, title, state, verdict, sentence, tookMs, runDir }: CampaignPart): Case {
  const common = { name: `${name}: ${title}`, seconds: (tookMs ?? 0) / 1000 };
  if (state === 'done' && verdict === 'PASS') return { ...common, outcome: 'passed' };
  if (state === 'not-possible') return { ...common, outcome: 'skipped', message: `not possible here: ${sentence ?? ''}` };
  const type = state === 'done' ? (verdict ?? 'INVALID') : state.toUpperCase();
  return { ...common, outcome: verdict === 'FAIL' ? 'failure' : 'error', type, message: sentence ?? 'has not run', text: runDir === null ? '' : `run folder: ${runDir}` };
}
