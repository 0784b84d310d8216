import type { Run } from '../../../reports/html/run.ts';

/** What a hostile plan would try: to open a tag, to leave an attribute, to leave a cell, a fence and a CDATA section. */
export const hostile = `<script>alert(1)</script><img src=x onerror=alert(1)>"' onload="x" \`|\`\`\`\n]]>&lt;\u202e@all`;

/** Words the renderers tell cases apart by; a run that has other ones does not conform to the contracts. */
const literals = new Set(
  'PASS FAIL INCONCLUSIVE INVALID MISSING held broken unchecked sampled census event ledger history native < <= > >= ratio ms s /s count availability latencyMs throughput doubleSales delivery detectionSeconds recoverySeconds steady recovery whole warmup drain *'.split(' '),
);

/** The run with every free string, and every key of a free record, made hostile. */
export function withHostileStrings(run: Run): Run {
  return twist(run, '') as Run;
}

const freeRecords = new Set(['service', 'settings', 'first', 'worst', 'last']);

function twist(value: unknown, key: string): unknown {
  if (typeof value === 'string') return literals.has(value) ? value : `${value}${hostile}`;
  if (Array.isArray(value)) return value.map((part) => twist(part, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [freeRecords.has(key) ? `${name}${hostile}` : name, twist(part, name)]));
}
