import { brokerKill } from './broker-kill.ts';
import { poisonMessage } from './poison-message.ts';

/** What brokers and messages can do to the service. */
export const kafka = [brokerKill, poisonMessage];
