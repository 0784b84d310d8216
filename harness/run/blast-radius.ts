import type { Addresses } from '../../chaos/world.ts';
import { UsageError } from '../contracts/fail.ts';
import type { Plan } from '../contracts/plan.ts';

/** Whom faults may hit. */
export interface BlastRadius {
  /** Faults in one run, repetitions counted. */
  readonly maxFaults: number;
  /** Hosts other than the loopback that may be hit, by name. */
  readonly allowHosts: readonly string[];
}

export const defaultBlastRadius: BlastRadius = { maxFaults: 10, allowHosts: [] };

/** Refuses a plan with more faults than allowed, before anything is started. */
export function assertFewFaults({ faults, experiment }: Pick<Plan, 'faults' | 'experiment'>, { maxFaults }: BlastRadius): void {
  if (faults.length <= maxFaults) return;
  throw new UsageError([{ file: experiment.file, key: 'faults', message: `${faults.length} faults (repetitions counted) are more than ${maxFaults}`, fix: `--max-faults ${faults.length} if that is meant` }]);
}

/** Refuses to break anything that is not on this machine, unless its host is allowed by name. */
export function assertHosts(addresses: Addresses, { allowHosts }: BlastRadius): void {
  const all = [addresses.redisDirect, addresses.postgresDirect, addresses.gatewayDirect, addresses.api, ...addresses.kafkaBrokers.map((broker) => `kafka://${broker}`), ...addresses.service.map(({ url }) => url)];
  const strangers = [...new Set(all.map((url) => new URL(url).hostname))].filter((host) => !isLoopback(host) && !allowHosts.includes(host));
  if (strangers.length === 0) return;
  throw new UsageError(strangers.map((host) => ({ message: `faults would hit ${host}, which is not this machine`, fix: `--allow-host ${host} if that is meant` })));
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
