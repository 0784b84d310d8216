import { connect } from 'node:net';

/**
 * One request and the beginning of its answer over a fresh TCP connection: no pool, no retry, no cache between us and
 * what we ask. Resolves as soon as `complete` is content; rejects when refused, cut, or after `deadlineMs` in all.
 */
export function ask(host: string, port: number, request: Uint8Array | string, complete: (answer: Buffer) => boolean, deadlineMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const socket = connect({ host, port });
    const timer = setTimeout(() => finish(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      if (error) reject(error);
      else resolve(answer);
    };
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (complete(answer)) finish();
    });
    socket.on('error', finish);
    socket.on('close', () => finish(new Error('cut before it answered')));
  });
}

/** One Redis command without arguments; resolves with the simple answer ("PONG", "OK"), rejects on an error reply. */
export async function redisCommand(url: string, command: string, deadlineMs: number): Promise<string> {
  const { hostname, port } = new URL(url);
  const answer = await ask(hostname, Number(port || 6379), `${command}\r\n`, (bytes) => bytes.includes('\r\n'), deadlineMs);
  const line = answer.toString('latin1').split('\r\n', 1)[0] ?? '';
  if (!line.startsWith('+')) throw new Error(`redis answered ${command} with ${JSON.stringify(line)}`);
  return line.slice(1);
}

/** A section of what Redis says of itself: lines of "name:value". */
export async function redisInfo(url: string, section: string, deadlineMs: number): Promise<string> {
  const { hostname, port } = new URL(url);
  const head = (bytes: Buffer): RegExpExecArray | null => /^\$(\d+)\r\n/.exec(bytes.toString('latin1', 0, 16));
  const answer = await ask(
    hostname,
    Number(port || 6379),
    `INFO ${section}\r\n`,
    (bytes) => {
      const [all = '', length = '0'] = head(bytes) ?? [];
      return bytes[0] === 0x2d || (all !== '' && bytes.length >= all.length + Number(length) + 2);
    },
    deadlineMs,
  );
  if (answer[0] !== 0x24) throw new Error(`redis answered INFO with ${JSON.stringify(answer.toString('latin1', 0, 80))}`);
  return answer.toString('utf8', head(answer)?.[0].length ?? 0);
}

/** Has Redis send so many bytes back. */
export async function redisEcho(url: string, bytes: number, deadlineMs: number): Promise<void> {
  const { hostname, port } = new URL(url);
  const answer = `$${bytes}\r\n${'x'.repeat(bytes)}\r\n`;
  await ask(hostname, Number(port || 6379), `ECHO ${'x'.repeat(bytes)}\r\n`, (got) => got.length >= answer.length, deadlineMs);
}

/** Asks a Kafka broker for its API versions (request 18, version 0: before any authentication); resolves when it has answered. */
export async function kafkaApiVersions(host: string, port: number, deadlineMs: number, clientId = 'gatecrash'): Promise<void> {
  const CORRELATION_ID = 7;
  const request = Buffer.alloc(14 + clientId.length);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(18, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(clientId.length, 12);
  request.write(clientId, 14, 'latin1');
  const answer = await ask(host, port, request, (bytes) => bytes.length >= 10 && bytes.length >= 4 + bytes.readInt32BE(0), deadlineMs);
  if (answer.readInt32BE(4) !== CORRELATION_ID || answer.readInt16BE(8) !== 0) throw new Error(`broker answered ApiVersions with error ${answer.readInt16BE(8)}`);
}
