import { createServer } from 'node:http';

/** What answers 200 and {} to everything, in the place of the service. */
createServer((_request, response) => void response.setHeader('content-type', 'application/json').end('{}')).listen(Number(process.env['PORT']), process.env['HOST']);
process.once('SIGTERM', () => process.exit(0));
