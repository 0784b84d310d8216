/**
 * The supervisor: started by `startSupervisor`, in a session of its own, with an IPC channel to the harness.
 * It is the only one that spawns, and it outlives the harness just as long as it takes to put everything away.
 */
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { Children } from './children.ts';
import { processInfo } from '../../chaos/drivers/proc.ts';
import { readLines } from './channel.ts';
import { BEAT_MS, socketPathOf } from './protocol.ts';
import type { FromSupervisor, Methods, Request, SupervisorOptions, ToSupervisor } from './protocol.ts';
import { putAway } from './put-away.ts';
import type { PutAway } from './put-away.ts';
import { StateFile } from './state.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as SupervisorOptions;
const supervisorId = `${process.pid}-${processInfo(process.pid)?.startTicks ?? '0'}`;
const state = new StateFile(options.stateDir, supervisorId);
const children = new Children(state, supervisorId, { onExit: (exit) => tellAll({ kind: 'exit', exit }), onRestart: (restart) => tellAll({ kind: 'restart', restart }) });

/** Ports that nobody else shall take while this runs. */
const guards: Server[] = [];
/** Left to itself: it goes on without a harness, and whoever finds its socket may ask it. */
let kept = false;
const socketPath = socketPathOf(options.stateDir, supervisorId);
const visitors = new Set<Socket>();
let closing: Promise<PutAway> | undefined;

/** Puts everything away once, whoever asks and however often. */
function close(): Promise<PutAway> {
  closing ??= (async () => {
    children.endAll();
    const done = await putAway(supervisorId, state.read());
    rmSync(socketPath, { force: true });
    // With problems left, the file stays: `recover` tries again.
    if (done.problems.length === 0) state.remove();
    return done;
  })();
  return closing;
}

async function carryOut(request: Request, server: Server | undefined): Promise<Methods[Request['method']]['answer']> {
  if (closing && request.method !== 'close') throw new Error('the supervisor is closing');
  switch (request.method) {
    case 'spawn':
      return children.spawn(request.args.spec);
    case 'execute':
      return children.execute(request.args.spec, request.args.timeoutMs);
    case 'stop':
      return children.stop(request.args.name).then(() => null);
    case 'start':
      return children.start(request.args.name).then(() => null);
    case 'expectEnd':
      children.expectEnd(request.args.name);
      return null;
    case 'signal':
      children.signal(request.args.name, request.args.signal);
      return null;
    case 'remember':
      children.remember();
      return null;
    case 'restore':
      return children.restore().then(() => null);
    case 'recordUndo':
      state.append({ kind: 'undo', record: request.args.record });
      return null;
    case 'forgetUndo':
      state.append({ kind: 'undone', id: request.args.id });
      return null;
    case 'ownFolder':
      state.append({ kind: 'folder', path: request.args.path });
      return null;
    case 'guardPort':
      if (server) guards.push(server);
      return null;
    case 'keep':
      kept = true;
      await receiveVisitors();
      return null;
    case 'close':
      return { problems: (await close()).problems };
  }
}

type Tell = (message: FromSupervisor) => void;

const send: Tell = (message) => {
  // The harness may be gone; then there is nobody to tell, and 'disconnect' does the rest.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
};

const sendTo = (visitor: Socket): Tell => (message) => void (visitor.writable && visitor.write(`${JSON.stringify(message)}\n`));

function tellAll(message: FromSupervisor): void {
  send(message);
  for (const visitor of visitors) sendTo(visitor)(message);
}

async function answer(request: Request, server: Server | undefined, tell: Tell): Promise<void> {
  try {
    tell({ kind: 'answer', id: request.id, answer: await carryOut(request, server) });
  } catch (error) {
    tell({ kind: 'refusal', id: request.id, message: error instanceof Error ? error.message : String(error) });
  }
}

/** Listens on a socket that only its own user can open. */
async function receiveVisitors(): Promise<void> {
  const server = createServer((visitor) => {
    visitors.add(visitor);
    visitor.on('error', () => {}).on('close', () => visitors.delete(visitor));
    readLines(visitor, (line) => {
      const message = JSON.parse(line) as ToSupervisor;
      if (message.kind === 'request') void answer(message, undefined, sendTo(visitor));
    });
  });
  const umask = process.umask(0o177);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve));
  process.umask(umask);
}

const closeAndExit = (): void => void close().then(({ problems }) => process.exit(problems.length === 0 ? 0 : 70));

let lastBeatMs = performance.now();
process.on('message', (message: ToSupervisor, server?: Server) => {
  lastBeatMs = performance.now();
  if (message.kind === 'request') void answer(message, server, send);
});
process.on('disconnect', () => {
  if (!kept) closeAndExit();
});
process.on('SIGTERM', closeAndExit);
// The terminal's Ctrl-C goes to the harness, which decides; we must be there to put away after it.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
// Our standard error is the harness's; when that is gone, there is nobody to tell and no reason to stumble.
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => {
  process.stderr.write(`supervisor: ${error.stack ?? error.message}\n`);
  closeAndExit();
});

let lastTickMs = performance.now();
setInterval(() => {
  if (kept) return;
  const nowMs = performance.now();
  // The machine slept, or this process was held: the harness had no chance to beat either.
  if (nowMs - lastTickMs > 2 * BEAT_MS) lastBeatMs = nowMs;
  lastTickMs = nowMs;
  if (nowMs - lastBeatMs > options.leaseMs) closeAndExit();
}, Math.min(1000, options.leaseMs / 4));

send({ kind: 'ready' });
