import type { Expanded } from './expand.ts';
import type { JudgeInput } from './input.ts';
import { limitOf, meets } from './limit.ts';
import { head, type JudgedRow, missing } from './row.ts';
import { countText, limitText, metricInfo, valueText } from './units.ts';

interface Count {
  readonly value: number;
  /** of how many */
  readonly samples: number;
  readonly shown: string;
}

/**
 * Judges an exact count. Of what the audit counts: without an audit by choice it is shown as missing and gates nothing,
 * the verdict then says "not audited".
 */
export function judgeCensus(expanded: Expanded, input: JudgeInput): JudgedRow {
  const { objective } = expanded;
  const limit = limitOf(objective);
  const row = head(expanded, limit);
  const { unit, of } = metricInfo(objective.metric);
  const audited = objective.metric !== 'wrongBodies';
  if (audited && input.plan.audit === null) return missing({ ...row, gate: false }, 'the experiment asked for no audit');
  const count = audited ? auditedCount(objective.metric, input) : wrongBodies(objective.endpoint ?? '*', input);
  if (count === null) return missing(row, audited ? 'the audit did not happen' : 'there are no measurements');
  const { value, samples, shown } = count;
  if (samples === 0) return missing(row, `there are no ${of}`);
  return {
    ...row,
    result: meets(value, limit) ? 'PASS' : 'FAIL',
    estimate: value,
    lower: value,
    upper: value,
    samples,
    samplesMin: objective.samplesMin ?? 1,
    worstSecond: null,
    worstEndpoint: null,
    needsSecondsMore: null,
    why: `${shown} (${valueText(value, unit)}); it must be ${limitText(limit.op, limit.value, unit)}.`,
  };
}

function auditedCount(metric: Expanded['objective']['metric'], { findings }: JudgeInput): Count | null {
  if (findings === null || !findings.audited) return null;
  const { payments, paymentsDelivered, seatsSold, doubleSales } = findings.coverage;
  const { of } = metricInfo(metric);
  return metric === 'delivery'
    ? { value: paymentsDelivered / payments, samples: payments, shown: `${countText(paymentsDelivered)} of ${countText(payments)} ${of} delivered` }
    : { value: doubleSales, samples: seatsSold, shown: `${countText(doubleSales)} of ${countText(seatsSold)} ${of} were sold twice` };
}

function wrongBodies(endpoint: string, { measurements }: JudgeInput): Count | null {
  const row = measurements?.endpoints.find((each) => each.phase === 'whole' && each.endpoint === endpoint);
  if (!row) return null;
  const value = row.byClass['bad-body'] ?? 0;
  const samples = row.byClass['2xx'] ?? 0;
  return { value, samples, shown: `${countText(value)} of ${countText(samples)} answers of 2xx had a body that is not what the endpoint documents` };
}
