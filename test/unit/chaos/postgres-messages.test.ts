import { expect, test } from 'vitest';
import { ClientMessages, endOfAnswer } from '../../../chaos/drivers/postgres-messages.ts';

const message = (type: string, content: string): Buffer => {
  const bytes = Buffer.alloc(type.length + 4 + content.length);
  bytes.write(type);
  bytes.writeUInt32BE(4 + content.length, type.length);
  bytes.write(content, type.length + 4, 'latin1');
  return bytes;
};
const startup = message('', 'user\0postgres\0\0');
const bind = (statement: string): Buffer => message('B', `\0${statement}\0\0\0\0\0`);
const ready = message('Z', 'I');

test('however the bytes of a client are cut up, each executed statement is named once and in order', () => {
  const bytes = Buffer.concat([startup, message('P', 'reserve-seat\0SELECT 1\0\0\0'), bind('reserve-seat'), message('E', '\0\0\0\0\0'), message('S', ''), bind(''), bind('pay-points')]);
  for (let pieceBytes = 1; pieceBytes <= bytes.length; pieceBytes++) {
    const messages = new ClientMessages();
    const names: string[] = [];
    for (let at = 0; at < bytes.length; at += pieceBytes) names.push(...messages.statementsIn(bytes.subarray(at, at + pieceBytes)));
    expect(names, `pieces of ${pieceBytes}`).toEqual(['reserve-seat', '', 'pay-points']);
  }
});

test('an answer is over when the server is ready again, and not before that has come whole', () => {
  const answer = Buffer.concat([message('2', ''), message('D', 'ZZZZ'), message('C', 'SELECT 1\0'), ready]);
  expect(endOfAnswer(answer)).toBe(true);
  for (let bytes = 0; bytes < answer.length; bytes++) expect(endOfAnswer(answer.subarray(0, bytes)), `${bytes} bytes`).toBe(false);
});
