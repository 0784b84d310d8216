import type { Findings } from '../../harness/contracts/findings.ts';
import type { Expanded } from './expand.ts';
import { limitOf, meets } from './limit.ts';
import { head, type JudgedRow, missing } from './row.ts';
import { countText, limitText, metricInfo, valueText } from './units.ts';

/**
 * Judges an exact count out of the audit. Without an audit by choice it is shown as missing and gates nothing:
 * the verdict then says "not audited".
 */
export function judgeCensus(expanded: Expanded, findings: Findings | null, auditPlanned: boolean): JudgedRow {
  const { objective } = expanded;
  const limit = limitOf(objective);
  const row = head(expanded, limit);
  if (!auditPlanned) return missing({ ...row, gate: false }, 'the experiment asked for no audit');
  if (findings === null || !findings.audited) return missing(row, 'the audit did not happen');
  const { unit, of } = metricInfo(objective.metric);
  const { payments, paymentsDelivered, seatsSold, doubleSales } = findings.coverage;
  const [value, samples] = objective.metric === 'delivery' ? [paymentsDelivered / payments, payments] : [doubleSales, seatsSold];
  if (samples === 0) return missing(row, `there are no ${of}`);
  const shown = objective.metric === 'delivery' ? `${countText(paymentsDelivered)} of ${countText(payments)} ${of} delivered` : `${countText(doubleSales)} of ${countText(seatsSold)} ${of} were sold twice`;
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
