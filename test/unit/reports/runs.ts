import type { Verdict } from '../../../harness/contracts/verdict.ts';
import type { Run } from '../../../reports/html/run.ts';
import { fixtureDataset, fixtureFindings, fixtureMeasurements, fixturePlan, fixtureRunId, fixtureStack, loadStartMs, measurementsWith } from '../../support/fixtures.ts';
import { judged, objectivesWith, provenObjectives } from './objectives.ts';

const check = (id: string, name: string, value: string | number, bound: string, sentence: string, ok = true): Verdict['validity'][number] => ({ id, name, ok, value, bound, sentence });

const validity = [
  check('generator', 'The generator kept up', 0, '= 0 dropped', '0 of 2380 due arrivals were dropped.'),
  check('fault-verified', 'redis-down took hold and went', '57 of 57', 'all canaries', '57 of 57 canaries failed while it was held, 94 of 94 answered after it was gone.'),
  check('coverage', 'The audit looked up what was acknowledged', 1, '≥ 0.99', '9310 of 9310 acknowledged operations were looked up.'),
  check('durable', 'The stack ran with durable settings', 'on', 'fsync on, RF 3', 'fsync, synchronous_commit and full_page_writes are on; RF 3, min ISR 2.'),
];

const passVerdict: Verdict = {
  schemaVersion: 1,
  runId: fixtureRunId,
  verdict: 'PASS',
  exitCode: 0,
  sentence: 'Yes, sales can open: with Redis down for 15 s every objective was proven and none of 2214 seats was sold twice.',
  nextAction: 'Open. Keep this run as the baseline for the next release.',
  reasons: [],
  audited: true,
  sla: 'ticketing',
  objectives: [...provenObjectives],
  errorBudget: [{ fault: 'redis-down', burnRate: 0, burnt: 0, alert: 'none' }],
  validity,
};

/** The plan of the fixtures with objectives of its own, so that the golden files do not move with sla.yaml. */
const plan = () => fixturePlan({ sla: { name: 'ticketing', objectives: [] } });

export function passRun(): Run {
  return { plan: plan(), stack: fixtureStack(), dataset: fixtureDataset(), measurements: fixtureMeasurements(), findings: fixtureFindings(), verdict: passVerdict };
}

/** Two seats sold twice, and the p95 while degraded above its limit; Redis took 8 s to be missed and the service did not recover in time. */
export function failRun(): Run {
  const example = (seat: number) => ({ schedule: 'schedule_2', seat, owners: ['user_00311', 'user_01742'], reservations: ['r-4f1c', 'r-90ab'], soldMs: loadStartMs + 47_312 });
  const base = measurementsWith('fault:redis-down', { count: 4110, bad: 74, polling: 904, medianMs: 900, tail: 3 });
  const measurements = {
    ...base,
    endpoints: base.endpoints.map((row) => (row.phase === 'whole' && row.endpoint === '*' ? { ...row, bad: 74, successful: row.successful - 74 } : row.phase === 'fault:redis-down' && row.endpoint === 'POST /reservations' ? { ...row, bad: 74 } : row)),
    seconds: base.seconds.map((second, index) => (index >= 40 && index < 58 ? { ...second, bad: index % 3 === 0 ? 9 : 3, p50Ms: 890 + index, p95Ms: 1240 + ((index * 37) % 120), p99Ms: 2400 + ((index * 53) % 300) } : second)),
    faults: base.faults.map((fault) => ({ ...fault, detection: { seconds: 8.2, censored: false }, recovery: { seconds: 24, censored: true } })),
  };
  const findings = fixtureFindings({
    findings: fixtureFindings().findings.map((finding) => (finding.id === 'seat-sold-twice' ? { ...finding, status: 'broken' as const, violations: 2, first: example(17), worst: example(17), last: example(903) } : finding)),
    coverage: { ...fixtureFindings().coverage, doubleSales: 2 },
  });
  return {
    ...passRun(),
    measurements,
    findings,
    verdict: {
      ...passVerdict,
      verdict: 'FAIL',
      exitCode: 1,
      sentence: 'No, sales cannot open: 2 seats were sold twice while Redis was down.',
      nextAction: 'Find who grants a seat while Redis is down; seat 17 of schedule_2 is the first example.',
      reasons: ['2 seats have two owners (seat-sold-twice), first at schedule_2 seat 17.', 'p95 latency during redis-down is at least 1281 ms; the limit is < 1000 ms.', 'redis-down: not recovered within 24 s; the bound is 15 s.'],
      // 74 of 4,110 bad in 17 s.
      errorBudget: [{ fault: 'redis-down', burnRate: 18, burnt: 0.000118, alert: 'page' }],
      objectives: objectivesWith(
        judged({ metric: 'doubleSales', unit: 'count', op: '<=', kind: 'census', id: 'double-sales', title: 'Seats sold twice', phase: 'whole', limit: 0, result: 'FAIL', estimate: 2, samples: 2214, samplesMin: 1, source: 'Ours', why: '2 of 2214 seats sold have two owners.' }),
        judged({ metric: 'latencyMs', id: 'latency-fault', title: 'P95 latency while degraded', quantile: 0.95, phase: 'fault:redis-down', limit: 1000, result: 'FAIL', estimate: 1305, lower: 1281, upper: 1328, samples: 4110, worstSecond: loadStartMs / 1000 + 52, why: 'p95 is at least 1281 ms with 95 % confidence.' }),
        judged({ metric: 'recoverySeconds', unit: 's', op: '<=', kind: 'event', id: 'recovery', title: 'Recovered', phase: 'fault:redis-down', limit: 15, result: 'FAIL', estimate: 24, censored: true, samples: 1, samplesMin: 1, source: 'Ours', why: 'The objectives did not hold again within 24 s of the undo.' }),
      ),
    },
  };
}

/** k6 died in steady: no findings, no dataset, figures that say nothing. */
export function invalidRun(): Run {
  const cut = measurementsWith('steady', { count: 3514, polling: 773 });
  const at = (second: number): number => loadStartMs + second * 1000;
  const measurements = {
    ...cut,
    phases: [{ id: 'warmup', startMs: at(0), endMs: at(10) }, { id: 'steady', startMs: at(10), endMs: at(24) }, { id: 'whole', startMs: at(10), endMs: at(24) }],
    loadEndMs: at(24),
    drained: null,
    endpoints: cut.endpoints.filter(({ phase }) => phase === 'warmup' || phase === 'steady'),
    seconds: cut.seconds.slice(0, 24),
    faults: cut.faults.map((fault) => ({ ...fault, applyMs: null, verifiedMs: null, undoMs: null, goneMs: null, verifiedEvidence: null, goneEvidence: null, counterGrowth: null, detection: null, recovery: null, canary: { before: { ok: 46, failed: 0 }, during: { ok: 0, failed: 0 }, after: { ok: 0, failed: 0 } } })),
    unplannedExits: [{ process: 'k6-0', tMs: at(23.9), detail: 'killed by SIGKILL' }],
    defects: [{ artefact: 'series.ndjson', problem: 'the last line is cut' }],
  };
  const missing = (objective: Verdict['objectives'][number]) => ({ ...objective, result: 'MISSING' as const, estimate: null, lower: null, upper: null, samples: 0, worstSecond: null, why: 'Nothing was measured.' });
  return {
    ...passRun(),
    dataset: null,
    findings: null,
    measurements,
    verdict: {
      ...passVerdict,
      verdict: 'INVALID',
      exitCode: 3,
      sentence: 'This run says nothing about the service: the load generator died after 24 s.',
      nextAction: 'Find out who killed k6 (logs/k6-0.log), then run it again.',
      reasons: ['k6-0 was killed by SIGKILL at +23.9 s.', 'redis-down was never applied.', 'series.ndjson: the last line is cut.'],
      audited: false,
      objectives: provenObjectives.map((objective) => (objective.phase === 'steady' ? objective : missing(objective))).toSorted((a, b) => Number(b.result === 'MISSING') - Number(a.result === 'MISSING')),
      validity: [...validity.slice(0, 1), check('fault-verified', 'redis-down took hold and went', 'never applied', 'all canaries', 'redis-down was never applied.', false), check('generator-alive', 'The generators ended as planned', 'SIGKILL', 'exit 0', 'k6-0 was killed by SIGKILL after 24 s of 80 s.', false)],
    },
  };
}

/** Valid and nothing broken, but too few samples to prove 99.9 %. */
export function inconclusiveRun(): Run {
  return {
    ...passRun(),
    verdict: {
      ...passVerdict,
      verdict: 'INCONCLUSIVE',
      exitCode: 2,
      sentence: 'Not proven yet: 99.9 % availability in steady is neither proven nor broken.',
      nextAction: 'Run it again with a steady phase about 12 s longer.',
      reasons: ['availability in steady: 2 of 4500 requests were bad; between 99.86 % and 99.99 %, the limit is ≥ 99.9 %.'],
      objectives: objectivesWith(judged({ metric: 'availability', unit: 'ratio', op: '>=', id: 'availability', title: 'Requests answered well', limit: 0.999, result: 'INCONCLUSIVE', estimate: 0.999556, lower: 0.998602, upper: 0.999921, samples: 4500, samplesMin: 2995, needsSecondsMore: 12, source: 'S2: availability 99.9 %', why: '2 of 4500 requests were bad; the interval lies on both sides of the limit.' })),
    },
  };
}

/** The least a run can leave: a plan and a verdict. */
export function bareRun(): Run {
  return { ...invalidRun(), stack: null, dataset: null, measurements: null, findings: null };
}
