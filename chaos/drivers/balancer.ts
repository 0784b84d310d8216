import type { FaultWorld } from '../world.ts';

const DEADLINE_MS = 1000;

/** What HAProxy's own page says about a replica among those that are ready: UP, DOWN, … Throws when there is no HAProxy, or it does not say. */
export async function balancerStatus({ addresses }: FaultWorld, replica: string): Promise<string> {
  if (addresses.balancer === undefined) throw new Error('there is no HAProxy with one process');
  const response = await fetch(`${addresses.balancer}/;csv`, { signal: AbortSignal.timeout(DEADLINE_MS), headers: { connection: 'close' } });
  return statusIn(await response.text(), replica);
}

/** Pure: the status in the table of HAProxy's page, whose first line names the columns. */
export function statusIn(csv: string, replica: string): string {
  const [head = '', ...rows] = csv.split('\n').map((line) => line.replace(/^# /, '').split(','));
  const row = rows.find((cells) => cells[head.indexOf('pxname')] === 'ready' && cells[head.indexOf('svname')] === replica);
  const status = row?.[head.indexOf('status')];
  if (status === undefined) throw new Error(`HAProxy says nothing about ${replica}`);
  return status;
}
