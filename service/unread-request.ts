import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const codes: Readonly<Record<number, string>> = { 408: 'REQUEST_TOO_SLOW', 431: 'HEADERS_TOO_LARGE' };
const details: Readonly<Record<number, string>> = { 408: 'the request did not come in time', 431: 'the headers are larger than 16 KiB' };

/** Answers what cannot even be read as a request with a problem of the same shape as every other error, and closes the connection. */
export function answerUnread(error: NodeJS.ErrnoException, socket: Socket): void {
  // Nobody is there any more, or an answer is on its way already: another one would be taken for its end.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy(error);
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const title = STATUS_CODES[status] ?? 'Bad Request';
  const problem = { type: 'about:blank', title, status, code: codes[status] ?? 'BAD_REQUEST', detail: details[status] ?? 'this is no HTTP request', retryable: status === 408, traceId: randomBytes(16).toString('hex') };
  const body = JSON.stringify(problem);
  socket.end(`HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
