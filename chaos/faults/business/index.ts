import type { FaultKind } from '../fault.ts';
import { activationStalled } from './activation-stalled.ts';
import { cacheInvalidationMissed } from './cache-invalidation-missed.ts';
import { gatewayErrors } from './gateway-errors.ts';
import { gatewaySlow } from './gateway-slow.ts';
import { gatewayUnknown } from './gateway-unknown.ts';
import { observabilityDown } from './observability-down.ts';
import { settlementFailure } from './settlement-failure.ts';

/** Failures of the business around the service. */
export const business: readonly FaultKind[] = [gatewayErrors, gatewaySlow, gatewayUnknown, activationStalled, cacheInvalidationMissed, settlementFailure, observabilityDown];
