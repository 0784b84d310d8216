import { renameSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { CANARY_STATEMENT, ClientMessages, endOfAnswer } from './postgres-messages.ts';

/**
 * A process of its own between the service and PostgreSQL that cuts the connection when the answer to a statement that
 * writes is on its way: `node lost-commits.ts HOST:PORT EVERY_NTH PORT_FILE STATEMENT…`. The answer is held back until
 * the server says that it is ready again, which it says after the commit; so what is lost is always committed (or
 * refused). Of the statements of that name every n-th is cut, those of the canary counted by themselves.
 */
const [upstream = '', nth = '', portFile = '', ...statements] = process.argv.slice(2);
const everyNth = Number(nth);
const [host = '', port = ''] = upstream.split(':');
const writing = new Set(statements);
const seen = { canary: 0, service: 0 };

/** Whether the answer to this statement is to be lost. */
function isUnlucky(statement: string): boolean {
  if (statement !== CANARY_STATEMENT && !writing.has(statement)) return false;
  const who = statement === CANARY_STATEMENT ? 'canary' : 'service';
  seen[who]++;
  return seen[who] % everyNth === 0;
}

function relay(client: Socket): void {
  const server = connect({ host, port: Number(port) });
  const cut = (): void => {
    client.destroy();
    server.destroy();
  };
  const messages = new ClientMessages();
  let held: Buffer[] | undefined;
  client.on('data', (chunk: Buffer) => {
    // All that follows goes unanswered, too: the connection ends with this answer.
    for (const statement of messages.statementsIn(chunk)) if (!held && isUnlucky(statement)) held = [];
    server.write(chunk);
  });
  server.on('data', (chunk: Buffer) => {
    if (!held) return void client.write(chunk);
    held.push(chunk);
    if (endOfAnswer(Buffer.concat(held))) cut();
  });
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on('error', cut).on('close', cut);
  }
}

const listener = createServer(relay).listen(0, '127.0.0.1', () => {
  writeFileSync(`${portFile}.new`, String((listener.address() as AddressInfo).port));
  renameSync(`${portFile}.new`, portFile);
});
