import type { PhaseEndpoint } from '../../../harness/contracts/measurements.ts';
import { html, type Html, type Part } from '../escape.ts';
import { none, numberText } from '../format.ts';
import { judgedPhases, phaseRow, phaseTitle, type Run } from '../run.ts';
import { missing, section, table } from '../ui.ts';

/** Which endpoint suffered in which phase; all together first, then the busiest. */
export function endpoints(run: Run): Html {
  const measured = run.measurements;
  if (!measured || measured.endpoints.length === 0) return section('endpoints', 'Endpoints by phase', missing('No request was measured.'));
  const phases = judgedPhases(run);
  const names = [...new Set(measured.endpoints.map(({ endpoint }) => endpoint))].toSorted((a, b) => total(b) - total(a) || (a < b ? -1 : 1));
  const groups = html`<tr><td></td>${phases.map((phase) => html`<th scope="colgroup" colspan="4" class="group">${phaseTitle(phase)}</th>`)}</tr>`;
  const columns = [{ head: 'Endpoint' }, ...phases.flatMap(() => ['count', 'bad', 'p95', 'p99'].map((head) => ({ head, number: true })))];
  const rows = names.map((endpoint) => ({ head: endpoint === '*' ? 'all' : html`<code>${endpoint}</code>`, cells: phases.flatMap((phase) => cells(phaseRow(run, phase, endpoint))), ...(endpoint === '*' && { class: 'total' }) }));
  const polling = run.plan.pollingEndpoints.length > 0 && html`<p class="fine">Polling, not counted as throughput: ${run.plan.pollingEndpoints.join(', ')}.</p>`;
  return section('endpoints', 'Endpoints by phase', table('Requests by endpoint and phase; latency in ms', columns, rows, { groups, class: 'grid4' }), polling);

  function total(endpoint: string): number {
    return measured!.endpoints.filter((row) => row.endpoint === endpoint).reduce((sum, { count }) => sum + count, 0);
  }
}

function cells(row: PhaseEndpoint | null): readonly Part[] {
  if (!row) return [none, none, none, none];
  const ms = (value: number | undefined): string => (value === undefined ? none : numberText(value, value < 10 ? 1 : 0));
  return [numberText(row.count), row.bad > 0 ? html`<strong class="bad">${numberText(row.bad)}</strong>` : '0', ms(row.latencyMs?.p95), ms(row.latencyMs?.p99)];
}
