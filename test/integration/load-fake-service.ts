import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Statuses a fake answers on purpose, by endpoint: each nth request, beginning with the nth. */
export interface Misbehaviour {
  readonly endpoint: string;
  readonly every: number;
  readonly status: number;
}

export interface FakeService extends AsyncDisposable {
  readonly url: string;
  /** "METHOD /route status" → requests answered so; a request is counted when its answer is sent */
  readonly answered: ReadonlyMap<string, number>;
}

const price = 50_000;
const seats = Array.from({ length: 200 }, (_, index) => ({ seatNo: index + 1, status: index % 4 === 0 ? 'SOLD' : 'AVAILABLE', price }));

/** A ticketing service without memory: right shapes, quick answers, and the refusals it was told to give. */
export async function startFakeService(misbehaviours: readonly Misbehaviour[] = []): Promise<FakeService> {
  const answered = new Map<string, number>();
  const seen = new Map<string, number>();
  let ids = 0;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const endpoint = endpointOf(request);
    const count = (seen.get(endpoint) ?? 0) + 1;
    seen.set(endpoint, count);
    const wrong = misbehaviours.find((one) => one.endpoint === endpoint && count % one.every === 0);
    const [status, answer] = wrong ? ([wrong.status, { code: 'ON_PURPOSE' }] as const) : right(endpoint, request.url ?? '', body, ++ids);
    const key = `${endpoint} ${status}`;
    answered.set(key, (answered.get(key) ?? 0) + 1);
    send(response, status, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function right(endpoint: string, path: string, body: Record<string, unknown>, id: number): [number, unknown] {
  switch (endpoint) {
    case 'POST /queue/token':
      return [201, { tokenValue: `t${id}`, status: 'WAITING', position: 1, pollAfterMs: 50 }];
    case 'GET /queue/token':
      return [200, { status: id % 3 === 0 ? 'ACTIVE' : 'WAITING', position: 0, pollAfterMs: 50 }];
    case 'GET /concerts/:id/schedules':
      return [200, { schedules: [{ scheduleId: 'schedule_1' }, { scheduleId: 'schedule_2' }] }];
    case 'GET /concerts/schedules/:id/seats':
      return [200, { seats }];
    case 'POST /points/charge':
      return [201, { chargeId: `c${id}`, balance: body.amount }];
    case 'POST /reservations':
      return [201, { reservationId: `r${id}`, seatNo: body.seatNo, scheduleId: body.scheduleId, price }];
    case 'GET /reservations/:id':
      return [200, { reservationId: path.slice('/reservations/'.length), status: 'HELD' }];
    case 'POST /payments':
      return [201, { paymentId: `p${id}`, status: 'SUCCESS' }];
    default:
      return [404, { code: 'NOT_FOUND' }];
  }
}

function endpointOf({ method, url = '' }: IncomingMessage): string {
  return `${method} ${url.replace(/^\/concerts\/schedules\/[^/]+/, '/concerts/schedules/:id').replace(/^\/concerts\/(?!schedules)[^/]+/, '/concerts/:id').replace(/^\/reservations\/[^/]+/, '/reservations/:id')}`;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
