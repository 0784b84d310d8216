import { type Answer, type Call, call, callAtOnce } from './client.ts';
import type { History, Seen } from './history.ts';
import type { FreeSeats } from './seat-map.ts';

type Body = Readonly<Record<string, unknown>>;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The ticketing service as one user sees it. Every state-changing call goes through the history. */
export class TicketingApi {
  readonly #baseUrl: string;
  readonly #timeoutMs: number;
  readonly #history: History | undefined;
  readonly #user: string;
  readonly #clicks: number;
  #token = '';

  /** `clicks`: how many times at once everything is sent that changes something. */
  constructor(options: { baseUrl: string; timeoutMs: number; history: History | undefined; user: string; clicks: number }) {
    this.#baseUrl = options.baseUrl;
    this.#timeoutMs = options.timeoutMs;
    this.#history = options.history;
    this.#user = options.user;
    this.#clicks = options.clicks;
  }

  enterQueue(): Answer {
    const answer = this.#record({ op: 'token' }, { method: 'POST', route: '/queue/token', path: '/queue/token', body: { userId: this.#user }, check: (body) => isText(body.tokenValue) });
    if (answer.good) this.#token = answer.body.tokenValue as string;
    return answer;
  }

  queuePlace(): Answer {
    return this.#call({ method: 'GET', route: '/queue/token', path: '/queue/token', check: ({ status }) => isText(status) });
  }

  schedules(concert: string): Answer {
    return this.#call({ method: 'GET', route: '/concerts/:id/schedules', path: `/concerts/${concert}/schedules`, check: ({ schedules }) => Array.isArray(schedules) && schedules.length > 0 });
  }

  /** The seat map as text: see pick.ts for why it is not parsed. With `note` goes into the history which seats it shows as free. */
  seats(schedule: string, note?: (seatMap: string) => FreeSeats): Answer {
    const check = (_: Body, text: string): boolean => text.startsWith('{') && text.endsWith('}') && text.includes('"seatNo":');
    const send = (): Answer => this.#call({ method: 'GET', route: '/concerts/schedules/:id/seats', path: `/concerts/schedules/${schedule}/seats`, parse: false, check });
    return note ? this.#look(send, ({ good, text }) => (good ? { of: 'seats', schedule, ...note(text) } : undefined)) : send();
  }

  /** The user's own reservation; what it shows goes into the history, also that there is none. */
  ownReservation(reservation: string): Answer {
    const check = (body: Body): boolean => body.reservationId === reservation && isText(body.status);
    const send = (): Answer => this.#call({ method: 'GET', route: '/reservations/:id', path: `/reservations/${reservation}`, check });
    return this.#look(send, ({ good, status, body }) => {
      const saw = good ? (body.status as string) : status === 404 ? 'MISSING' : undefined;
      return saw === undefined ? undefined : { of: 'reservation', reservation, saw };
    });
  }

  charge(amount: number, key: string): Answer {
    return this.#record({ op: 'charge', key, amount }, { method: 'POST', route: '/points/charge', path: '/points/charge', body: { amount }, check: ({ chargeId }) => isText(chargeId) });
  }

  reserve(schedule: string, seat: number, key: string): Answer {
    const check = (body: Body): boolean => isText(body.reservationId) && body.seatNo === seat && body.scheduleId === schedule && typeof body.price === 'number';
    return this.#record({ op: 'reserve', key, schedule, seat }, { method: 'POST', route: '/reservations', path: '/reservations', body: { scheduleId: schedule, seatNo: seat }, check });
  }

  pay(reservation: string, amount: number, key: string): Answer {
    const check = ({ paymentId, status }: Body): boolean => isText(paymentId) && (status === 'SUCCESS' || status === 'PENDING');
    return this.#record({ op: 'pay', key, reservation, amount }, { method: 'POST', route: '/payments', path: '/payments', body: { reservationId: reservation, amount }, check });
  }

  #record(operation: { op: 'token' | 'charge' | 'reserve' | 'pay'; key?: string; schedule?: string; seat?: number; reservation?: string; amount?: number }, request: Call): Answer {
    const headers = operation.key === undefined ? undefined : { 'Idempotency-Key': operation.key };
    const whole = this.#withToken({ ...request, ...(headers && { headers }) });
    const clicks = this.#clicks;
    const send = (): Answer[] => (clicks === 1 ? [call(this.#baseUrl, this.#timeoutMs, whole)] : callAtOnce(this.#baseUrl, this.#timeoutMs, whole, clicks));
    const answers = this.#history ? this.#history.record({ ...operation, user: this.#user }, send, clicks) : send();
    return answers.find(({ good }) => good) ?? (answers[0] as Answer);
  }

  #look(send: () => Answer, seenIn: (answer: Answer) => Seen | undefined): Answer {
    return this.#history ? this.#history.look(this.#user, send, seenIn) : send();
  }

  #call(request: Call): Answer {
    return call(this.#baseUrl, this.#timeoutMs, this.#withToken(request));
  }

  #withToken(request: Call): Call {
    return this.#token === '' ? request : { ...request, headers: { ...request.headers, 'X-Queue-Token': this.#token } };
  }
}
