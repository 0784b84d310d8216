import type { GatewayWord } from '../clients/gateway.ts';

/** What is left of a request's time after the gateway was waited for: enough to say that its answer is not known. */
export const answerMs = 200;

/** The gateway's word as our rows have it. */
export const statusOf = (word: GatewayWord): 'SUCCESS' | 'FAILED' => (word === 'APPROVED' ? 'SUCCESS' : 'FAILED');
