import type { Context } from '../context.ts';
import { QUEUE_SCOPE, type Watermark } from '../queue/watermark.ts';
import { statement } from '../sql/statement.ts';
import { startLoop, type Loop } from './loop.ts';

const admitPlacesSql = statement('admit-places');

/** Nobody waits: a look now and then is enough, for entering and paying wake this loop. */
const idleMs = 1000;
/** Somebody waits for the rate to allow the next. */
const waitingMs = 100;
/** However many enter and pay, not more than this often. */
const restMs = 20;

/** Lets waiting people in, in order, within rate and cap: the same whether Redis is there or not. Several may run. */
export function startAdmission(context: Context, watermark: Watermark): Loop {
  const { db, config, metrics, log } = context;
  const values = [QUEUE_SCOPE, config.queueActiveCap, config.queueAdmissionPerSecond, config.activeTokenSeconds, config.waitingTokenSeconds];
  return startLoop('admission', log, async () => {
    const [step] = await db.query<{ admitted: number; active: number; waiting: number; watermark: number }>(admitPlacesSql, values);
    if (!step) return idleMs;
    metrics.queueWaiting.set(step.waiting);
    metrics.queueActive.set(step.active);
    if (step.admitted > 0) {
      metrics.queueAdmitted.inc(step.admitted);
      log.debug({ event: 'queue.tokens.activated', activatedCount: step.admitted, remainingWaiting: step.waiting }, 'let in');
    }
    await watermark.publish(step.watermark);
    return step.waiting > 0 ? waitingMs : idleMs;
  }, { restMs });
}
