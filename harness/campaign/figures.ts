import { join } from 'node:path';
import type { PartFigures } from '../contracts/campaign.ts';
import { Findings } from '../contracts/findings.ts';
import { Measurements } from '../contracts/measurements.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { readJson } from '../store/json.ts';

/** What a campaign compares of a run, from its files; null when nothing was measured. */
export async function figuresOf(runDir: string): Promise<PartFigures | null> {
  const measurements = await readJson(join(runDir, artefacts.measurements), Measurements);
  const findings = await readJson(join(runDir, artefacts.findings), Findings);
  return measurements.ok ? figures(measurements.value, findings.ok ? findings.value : null) : null;
}

/** Pure. */
export function figures({ endpoints, faults }: Measurements, findings: Findings | null): PartFigures {
  const all = endpoints.filter(({ endpoint }) => endpoint === '*');
  const inFault = all.filter(({ phase }) => phase.startsWith('fault:'));
  const whole = all.find(({ phase }) => phase === 'whole');
  const share = (row: { bad: number; count: number } | undefined): number | null => (row && row.count > 0 ? row.bad / row.count : null);
  const invariants = findings?.findings ?? [];
  return {
    requests: whole?.count ?? 0,
    faultP95Ms: greatest(inFault.map(({ latencyMs }) => latencyMs?.p95 ?? null)),
    faultP99Ms: greatest(inFault.map(({ latencyMs }) => latencyMs?.p99 ?? null)),
    faultBadShare: greatest(inFault.map(share)),
    badShare: share(whole),
    detection: worstTime(faults.map(({ detection }) => detection)),
    recovery: worstTime(faults.map(({ recovery }) => recovery)),
    audit: auditOf(findings),
    invariantsBroken: invariants.filter(({ status }) => status === 'broken').length,
    invariants: invariants.length,
  };
}

function greatest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

type Timed = PartFigures['recovery'];

/** What was never seen is worse than whatever was. */
function worstTime(times: readonly Timed[]): Timed {
  return times.filter((time) => time !== null).toSorted((a, b) => Number(b.censored) - Number(a.censored) || b.seconds - a.seconds)[0] ?? null;
}

function auditOf(findings: Findings | null): PartFigures['audit'] {
  if (!findings) return 'unchecked';
  if (!findings.audited) return 'none';
  if (findings.findings.some(({ status }) => status === 'broken')) return 'broken';
  return findings.findings.length > 0 && findings.findings.every(({ status }) => status === 'held') ? 'held' : 'unchecked';
}
