import { brokerKill } from './broker-kill.ts';
import { brokerLeave } from './broker-leave.ts';
import { brokersLost } from './brokers-lost.ts';
import { consumerPaused } from './consumer-paused.ts';
import { duplicateDelivery } from './duplicate-delivery.ts';
import { leaderMove } from './leader-move.ts';
import { poisonMessage } from './poison-message.ts';

/** What brokers and messages can do to the service. */
export const kafka = [brokerKill, brokerLeave, brokersLost, leaderMove, poisonMessage, duplicateDelivery, consumerPaused];
