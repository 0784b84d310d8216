import type { Context } from '../context.ts';
import type { Progress } from '../domain/position.ts';
import { givenUpMax, ProgressPublisher } from '../queue/progress.ts';
import { statement } from '../sql/statement.ts';
import { startLoop, type Loop } from './loop.ts';

const admitPlacesSql = statement('admit-places');

/** Nobody waits: a look now and then is enough, for entering and paying wake this loop. */
const idleMs = 1000;
/** Somebody waits for the rate to allow the next, or for a slot that was freed through another process. */
const waitingMs = 50;
/** However many enter and pay, not more than this often. */
const restMs = 20;

interface Step extends Progress {
  readonly scope: string;
  readonly admitted: number;
  readonly active: number;
  /** behind the watermark, given-up places included */
  readonly waiting: number;
}

/** Lets waiting people in, in order, within rate and cap of each queue: the same whether Redis is there or not. Several may run. */
export function startAdmission(context: Context): Loop {
  const publisher = new ProgressPublisher(context);
  const round = async (): Promise<number> => {
    try {
      return (await admit(context, publisher)) > 0 ? waitingMs : idleMs;
    } catch (error) {
      context.metrics.admissionFailures.inc();
      throw error;
    }
  };
  return startLoop('admission', context.log, round, { restMs });
}

/** One step of admission in each queue, told to Redis; how many still wait. */
export async function admit(context: Context, publisher = new ProgressPublisher(context)): Promise<number> {
  const { db, config, live, metrics, log, tracing } = context;
  const cap = Math.min(config.queueActiveCap, live.current.queueCapMax);
  const ratePerSecond = config.queueAdmissionPerSecond * live.current.admissionFactor;
  const startedMs = performance.now();
  const steps = await tracing.root('admission step', { cap }, () => db.query<Step>(admitPlacesSql, [config.queueScope === 'all', cap, ratePerSecond, config.activeTokenSeconds, config.waitingTokenSeconds, givenUpMax]));
  const sum = (of: (step: Step) => number) => steps.reduce((total, step) => total + of(step), 0);
  const admitted = sum((step) => step.admitted);
  const waiting = sum((step) => step.waiting - step.givenUp.length);
  metrics.queueWaiting.set(waiting);
  metrics.queueActive.set(sum((step) => step.active));
  if (admitted > 0) {
    metrics.queueAdmitted.inc(admitted);
    context.wake.relay();
    log.info({ event: 'queue.tokens.activated', activatedCount: admitted, remainingWaiting: waiting, totalDuration: Math.round(performance.now() - startedMs) }, 'let in');
  }
  await Promise.all(steps.map((step) => publisher.publish(step.scope, step)));
  return waiting;
}
