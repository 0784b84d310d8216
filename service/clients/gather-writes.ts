import type { Duplex } from 'node:stream';

const gathering = new WeakSet<Duplex>();

/**
 * What is written to this socket until the event loop has come round goes out in one write: the commands of many
 * requests that came in together then cost one call of the operating system, which is most of what a command costs.
 */
export function gatherWrites(socket: Duplex | undefined): void {
  if (!socket || gathering.has(socket)) return;
  gathering.add(socket);
  socket.cork();
  setImmediate(() => {
    gathering.delete(socket);
    socket.uncork();
  });
}
