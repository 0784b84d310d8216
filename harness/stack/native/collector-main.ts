import { createServer } from 'node:http';

/** Stands in for a collector of traces: takes what it is sent, and keeps none of it. */
const server = createServer((incoming, outgoing) => {
  incoming.resume().once('end', () => outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
