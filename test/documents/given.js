// What the printed scripts take for given: 사전에 발급받은 ACTIVE 토큰, 사전에 예약 생성.
import exec from 'k6/execution';

const base = 'http://localhost:3000';
const json = { headers: { 'Content-Type': 'application/json' } };
/** Where the reservations to be paid are made; it has a seat for each iteration. */
const schedule = __ENV.PAY_SCHEDULE;

let held;

/** The ACTIVE token of this virtual user; a new one when its time is nearly over. */
function getActiveToken() {
  if (held && held.goodUntil > Date.now()) return held.token;
  const entered = http.post(`${base}/queue/token`, JSON.stringify({ userId: `user_${__VU}` }), json);
  if (entered.status > 201) throw new Error(`no token: ${entered.status} ${entered.body}`);
  const token = entered.json('tokenValue');
  for (;;) {
    const place = http.get(`${base}/queue/token`, { headers: { 'X-Queue-Token': token } });
    if (place.status !== 200) throw new Error(`not let in: ${place.status} ${place.body}`);
    if (place.json('status') === 'ACTIVE') {
      held = { token, goodUntil: Date.parse(place.json('expiresAt')) - 10000 };
      return token;
    }
    sleep(place.json('pollAfterMs') / 1000);
  }
}

/** A seat held for this virtual user, to be paid. A payment ends the place in the queue, so each takes a new one. */
function createReservation() {
  held = undefined;
  const wish = { userId: `user_${__VU}`, scheduleId: schedule, seatNo: exec.scenario.iterationInTest + 1 };
  const answer = http.post(`${base}/reservations`, JSON.stringify(wish), { headers: { ...json.headers, 'X-Queue-Token': getActiveToken() } });
  if (answer.status !== 201) throw new Error(`no reservation: ${answer.status} ${answer.body}`);
  return answer.json();
}
