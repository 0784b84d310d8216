import { join, relative } from 'node:path';
import { renderHtml } from '../../reports/html/page.ts';
import { renderJunit } from '../../reports/ci/junit.ts';
import { renderSummary } from '../../reports/ci/summary.ts';
import { judge } from '../../reports/score/judge.ts';
import { audit } from '../audit/audit.ts';
import { UsageError } from '../contracts/fail.ts';
import { Findings } from '../contracts/findings.ts';
import { Measurements } from '../contracts/measurements.ts';
import { Plan } from '../contracts/plan.ts';
import { artefacts } from '../contracts/run-folder.ts';
import type { Sla } from '../contracts/sla.ts';
import { DatasetFile, StackFile } from '../contracts/stack.ts';
import { Verdict } from '../contracts/verdict.ts';
import { measureRun } from '../metrics/measure-run.ts';
import { projectRoot } from '../root.ts';
import { readJson, writeFileAtomic, writeJson } from '../store/json.ts';
import { isSealed, manifestProblems, renewManifest, writeManifest } from '../store/manifest.ts';

/** Artefacts that are made again from the others; a change in one of them is no defect of the run. */
const derived: ReadonlySet<string> = new Set([artefacts.measurements, artefacts.findings, artefacts.verdict, artefacts.report, artefacts.summary, artefacts.junit]);

/** Of these everything is made that people read: `judge` makes them again, `report` must find them as they were. */
const judged: ReadonlySet<string> = new Set([artefacts.measurements, artefacts.findings, artefacts.verdict]);

interface Evaluation {
  readonly plan: Plan;
  readonly stack: StackFile | null;
  readonly measurements: Measurements;
  readonly findings: Findings;
  readonly verdict: Verdict;
}

/**
 * Everything after the world was touched: measured, audited, judged, written and rendered, and the manifest over it. A verdict
 * that cannot be written is no PASS: nobody could ever look it up.
 */
export async function evaluate(runDir: string, sla?: Sla): Promise<Verdict> {
  const { plan, stack, measurements, findings, verdict } = await evaluation(runDir, sla);
  try {
    await writeJson(join(runDir, artefacts.measurements), measurements);
    await writeJson(join(runDir, artefacts.findings), findings);
    await writeJson(join(runDir, artefacts.verdict), verdict);
    await render(runDir);
    return verdict;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).errno === undefined) throw error;
    const defects = [{ artefact: 'the run folder', problem: `cannot be written: ${(error as Error).message}` }, ...measurements.defects];
    return judge({ plan, stack, findings, measurements: { ...measurements, defects } });
  }
}

/**
 * Measures, audits and judges from the folder alone, today or in a year, and writes nothing. `sla` replaces the
 * objectives of the plan. `onDone` hears when the first two are done. Throws a UsageError when the folder is not a run.
 */
export async function evaluation(runDir: string, sla?: Sla, onDone: (part: 'measure' | 'audit') => void = () => undefined): Promise<Evaluation> {
  const plan = await readPlan(runDir);
  const asked: Plan = sla === undefined ? plan : { ...plan, sla: { name: sla.name, objectives: [...sla.objectives] } };
  const stack = await readJson(join(runDir, artefacts.stack), StackFile);
  const dataset = await readJson(join(runDir, artefacts.dataset), DatasetFile);
  const defects = (await manifestProblems(runDir)).filter(({ artefact }) => !derived.has(artefact));
  if (!stack.ok) defects.push({ artefact: artefacts.stack, problem: stack.problem });
  if (!dataset.ok) defects.push({ artefact: artefacts.dataset, problem: dataset.problem });

  const measured = await measureRun({ plan: asked, runDir });
  const measurements: Measurements = { ...measured, defects: [...measured.defects, ...defects] };
  onDone('measure');
  const findings = await audit({ plan: asked, runDir });
  onDone('audit');
  const input = { plan: asked, measurements, findings, stack: stack.ok ? stack.value : null };
  return { ...input, verdict: judge(input) };
}

/** Renders report, summary and JUnit from verdict.json and what it was made from. A part that is missing is said to be. */
export async function render(runDir: string): Promise<Verdict> {
  const plan = await readPlan(runDir);
  const again = isSealed(runDir);
  const verdict = await readJson(join(runDir, artefacts.verdict), Verdict);
  if (!verdict.ok) throw new UsageError([{ file: join(runDir, artefacts.verdict), message: verdict.problem, fix: `npx gatecrash judge ${runDir}` }]);
  const [stack, dataset, measurements, findings] = await Promise.all([
    readJson(join(runDir, artefacts.stack), StackFile),
    readJson(join(runDir, artefacts.dataset), DatasetFile),
    readJson(join(runDir, artefacts.measurements), Measurements),
    readJson(join(runDir, artefacts.findings), Findings),
  ]);
  const run = {
    plan,
    stack: stack.ok ? stack.value : null,
    dataset: dataset.ok ? dataset.value : null,
    measurements: measurements.ok ? measurements.value : null,
    findings: findings.ok ? findings.value : null,
    verdict: verdict.value,
  };
  await writeFileAtomic(join(runDir, artefacts.report), renderHtml(run, { projectHref: hrefOfProject(runDir) }));
  await writeFileAtomic(join(runDir, artefacts.summary), renderSummary(run));
  await writeFileAtomic(join(runDir, artefacts.junit), renderJunit(run));
  if (again) await renewManifest(runDir, derived);
  else await writeManifest(runDir, plan.runId);
  return verdict.value;
}

/** What of the files that `render` reads is not as it was when the run was judged; empty when all is. */
export async function changedSince(runDir: string): Promise<{ artefact: string; problem: string }[]> {
  return (await manifestProblems(runDir)).filter(({ artefact }) => judged.has(artefact) || !derived.has(artefact));
}

/** From the report to the project, for links to runbooks; null when the run folder lies elsewhere. */
function hrefOfProject(runDir: string): string | null {
  const up = relative(runDir, projectRoot);
  return /^(\.\.\/?)+$/.test(up) ? up : null;
}

/** The plan of a run folder. Throws a UsageError when the folder is not a run. */
export async function readPlan(runDir: string): Promise<Plan> {
  const plan = await readJson(join(runDir, artefacts.plan), Plan);
  if (!plan.ok) throw new UsageError([{ file: join(runDir, artefacts.plan), message: plan.problem, fix: 'name a run folder: one that holds plan.json, timeline.ndjson …' }]);
  return plan.value;
}
