import { join } from 'node:path';
import { audit } from '../../harness/audit/audit.ts';
import { Plan } from '../../harness/contracts/plan.ts';
import { ResourceRow } from '../../harness/contracts/resources.ts';
import { artefacts } from '../../harness/contracts/run-folder.ts';
import { SeriesRow } from '../../harness/contracts/series.ts';
import { StackFile } from '../../harness/contracts/stack.ts';
import { TimelineEvent } from '../../harness/contracts/timeline.ts';
import { measure } from '../../harness/metrics/measure/measure.ts';
import { readJson } from '../../harness/store/json.ts';
import { readNdjson } from '../../harness/store/ndjson.ts';
import { judge } from '../../reports/score/judge.ts';

/** One run folder, timed part by part; prints JSON. Fails when it does not pass: then something else was timed. */
const [dir = ''] = process.argv.slice(2);
const plan = await readJson(join(dir, artefacts.plan), Plan);
const stack = await readJson(join(dir, artefacts.stack), StackFile);
if (!plan.ok || !stack.ok) throw new Error(`${dir} is no run folder`);
const { runId } = plan.value;

const startMs = performance.now();
const measurements = await measure({
  plan: plan.value,
  series: readNdjson(join(dir, artefacts.series), 'series', runId, SeriesRow),
  timeline: readNdjson(join(dir, artefacts.timeline), 'timeline', runId, TimelineEvent),
  resources: readNdjson(join(dir, artefacts.resources), 'resources', runId, ResourceRow),
});
const measuredMs = performance.now();
const findings = await audit({ plan: plan.value, runDir: dir });
const auditedMs = performance.now();
const verdict = judge({ plan: plan.value, measurements, findings, stack: stack.value });
const judgedMs = performance.now();
if (verdict.verdict !== 'PASS') throw new Error(verdict.reasons.join('\n'));
// ru_maxrss is in KiB on Linux.
process.stdout.write(JSON.stringify({ measureMs: measuredMs - startMs, auditMs: auditedMs - measuredMs, judgeMs: judgedMs - auditedMs, peakBytes: process.resourceUsage().maxRSS * 1024 }));
