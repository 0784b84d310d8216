import { connect } from 'node:net';

/** ApiVersions (request 18, version 0), which every broker answers before anything else. Source: https://kafka.apache.org/protocol */
const request = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

/** Whether a Kafka broker ("host:port") answers within the time. A connection alone says little: a proxy takes it for a broker that is gone, and so does the kernel for one that hangs. */
export function brokerAnswers(broker: string, timeoutMs: number): Promise<boolean> {
  const [host = '', port = ''] = broker.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    const end = (answered: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answered);
    };
    const timer = setTimeout(end, timeoutMs, false);
    socket.once('connect', () => socket.write(request));
    socket.once('data', () => end(true)).once('error', () => end(false)).once('close', () => end(false));
  });
}
