import { SCHEMA_VERSION } from '../../harness/contracts/run-header.ts';
import type { Verdict } from '../../harness/contracts/verdict.ts';
import { exitCodes } from '../../harness/contracts/verdicts.ts';
import { errorBudget } from './error-budget.ts';
import type { JudgeInput } from './input.ts';
import { judgeObjectives } from './objectives.ts';
import { decideVerdict } from './precedence.ts';
import { nextAction, verdictSentence } from './sentence.ts';
import { checkValidity } from './validity.ts';

/**
 * The verdict on a run. Pure: the same artefacts give the same verdict, byte for byte. A missing artefact is null and
 * makes the run INVALID. docs/verdicts.md describes the rules; `precedence.ts` is their table.
 */
export function judge(input: JudgeInput): Verdict {
  const objectives = judgeObjectives(input);
  const judged = { input, objectives, validity: checkValidity(input, objectives) };
  const decision = decideVerdict(judged);
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: input.plan.runId,
    verdict: decision.verdict,
    exitCode: exitCodes[decision.verdict],
    sentence: verdictSentence(decision, judged),
    nextAction: nextAction(decision, judged),
    reasons: [...decision.reasons],
    sla: input.plan.sla.name,
    audited: input.plan.audit !== null && input.findings?.audited === true,
    objectives,
    errorBudget: errorBudget(input.plan, input.measurements),
    validity: judged.validity,
  };
}
