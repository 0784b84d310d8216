import type { Static, TObject } from 'typebox';
import { setToxic, type Toxic } from '../../drivers/toxiproxy.ts';
import { faultKind, type FaultKind, type FaultKindOf } from '../fault.ts';

/** Where the network between the service and a dependency, and between the users and the service, can be spoiled. */
export const networkTargets = ['redis', 'postgres', 'broker-1', 'broker-2', 'broker-3', 'gateway', 'api'] as const;

/** Of the canaries of faults that a small message would slip through. */
export const PAYLOAD_BYTES = 4096;

type ToxicKind<S extends TObject> = Omit<FaultKindOf<S>, 'family' | 'targets' | 'undo' | 'apply' | 'change'> & {
  /** Default: all. */
  readonly targets?: readonly string[];
  /** What is put into the target's proxy, at most one of a type and a stream. */
  toxics(params: Static<S>): readonly Omit<Toxic, 'name'>[];
};

/** A kind that consists of toxics in the target's proxy. Its strength can be changed while it holds. */
export function toxicKind<S extends TObject>({ toxics, targets = networkTargets, ...rest }: ToxicKind<S>): FaultKind {
  const named = (fault: { readonly id: string; readonly params: Static<S> }): Toxic[] => toxics(fault.params).map((toxic) => ({ name: `${fault.id}-${toxic.type}-${toxic.stream}`, ...toxic }));
  const set: FaultKindOf<S>['apply'] = async (fault, world) => {
    for (const toxic of named(fault)) await setToxic(world.toxiproxyApi, world.proxyOf(fault.target).name, toxic);
  };
  return faultKind<S>({
    ...rest,
    family: 'network',
    targets,
    undo: (fault, world) => named(fault).map(({ name }) => ({ kind: 'toxiproxy-remove-toxic', api: world.toxiproxyApi, proxy: world.proxyOf(fault.target).name, toxic: name })),
    apply: set,
    change: set,
  });
}
