import { isService } from '../../../harness/contracts/service-processes.ts';
import { thresholds } from '../thresholds.ts';
import type { Check } from './check.ts';

/** Settings as the stack reads them back, and what they must be: as durable as production. */
const durable: readonly { readonly key: string; readonly want: string; ok(value: string): boolean }[] = [
  ...['postgres.fsync', 'postgres.synchronous_commit', 'postgres.full_page_writes'].map((key) => ({ key, want: 'on', ok: (value: string) => value === 'on' })),
  { key: 'kafka.replication.factor', want: `≥ ${thresholds.kafkaReplicationFactorMin}`, ok: (value) => Number(value) >= thresholds.kafkaReplicationFactorMin },
  { key: 'kafka.min.insync.replicas', want: `≥ ${thresholds.kafkaInsyncReplicasMin}`, ok: (value) => Number(value) >= thresholds.kafkaInsyncReplicasMin },
];

/** Was it the stack we meant to test, and did it stay up? */
export const stackChecks: readonly Check[] = [
  {
    id: 'durable-settings',
    name: 'The servers were as durable as in production',
    bound: durable.map(({ key, want }) => `${key} ${want}`).join(', '),
    fix: 'Set what is named as in production: a server that may forget makes a service look fast and right.',
    run({ stack }) {
      if (stack.kind === 'external') return { ok: true, value: null, saw: 'The servers are not ours to read: their settings were not checked' };
      const wrong = durable.filter(({ key, ok }) => !ok(stack.settings[key] ?? ''));
      const [first] = wrong;
      return { ok: first === undefined, value: wrong.length, saw: first === undefined ? `All ${durable.length} settings are as they must be` : `${first.key} is ${stack.settings[first.key] ?? 'not recorded'}, it must be ${first.want}` };
    },
  },
  {
    id: 'servers-stayed-up',
    name: 'Everything around the service stayed up',
    bound: 'no unplanned end',
    fix: 'Look at the log of the process that is named: without it the run tested something else.',
    run({ measurements }) {
      const deaths = measurements.unplannedExits.filter(({ process }) => !isService(process));
      const [first] = deaths;
      return { ok: first === undefined, value: deaths.length, saw: first === undefined ? 'Nothing but the plan ended a process' : `${first.process} ended unplanned: ${first.detail}` };
    },
  },
];
