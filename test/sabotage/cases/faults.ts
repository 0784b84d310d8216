import { setProxyEnabled } from '../../../chaos/drivers/toxiproxy.ts';
import type { WarmStack } from '../../../harness/run/warm-stack.ts';
import type { SabotagedRun } from '../case.ts';
import { contradict, signalComponent } from '../hands.ts';

/** Whatever is done to the proxy, it is open again afterwards. */
const openAgain = async ({ stack: { toxiproxyApi, proxies } }: WarmStack): Promise<AsyncDisposable> => ({ [Symbol.asyncDispose]: () => setProxyEnabled(toxiproxyApi, proxies['redis']?.name ?? '', true) });

/** What can happen to a fault and to what makes it. */
export const faultCases: readonly SabotagedRun[] = [
  { name: 'the fault is undone as soon as it is applied', verdict: 'INVALID', namedBy: 'faults-verified', during: (scene) => scene.after('fault-apply', 0, () => contradict(scene.stack, 'redis', true)) },
  { name: 'the fault is undone half-way', verdict: 'INVALID', namedBy: 'canary-during', during: (scene) => scene.after('fault-verified', 1000, () => contradict(scene.stack, 'redis', true)) },
  { name: 'the fault comes back after its undo', verdict: 'INVALID', namedBy: 'faults-gone', before: openAgain, during: (scene) => scene.after('fault-undo', 0, () => contradict(scene.stack, 'redis', false)) },
  { name: 'the fault comes back when it is gone', verdict: 'INVALID', namedBy: 'canary-after', before: openAgain, during: (scene) => scene.after('fault-gone', 500, () => contradict(scene.stack, 'redis', false)) },
  { name: 'Redis dies behind the fault', verdict: 'INVALID', namedBy: 'servers-stayed-up', endsServer: true, during: (scene) => scene.after('fault-verified', 500, () => signalComponent(scene, 'redis', 'SIGKILL')) },
  { name: 'Toxiproxy is killed', verdict: 'INVALID', namedBy: 'servers-stayed-up', endsServer: true, during: (scene) => scene.after('load-start', 7000, () => signalComponent(scene, 'toxiproxy', 'SIGKILL')) },
];
