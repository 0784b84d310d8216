import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import fp from 'fastify-plugin';
import { LRUCache } from 'lru-cache';
import { SingleFlight } from '../domain/single-flight.ts';

/** Below this it is not worth the while. */
const bytesMin = 1024;
/** So much of what was compressed is kept. */
const keptBytesMax = 8 * 1024 * 1024;

const compress = promisify(gzip);

/**
 * Compresses answers from 1 KB for whoever takes gzip. What has an ETag is compressed once and kept by it, for ours are
 * hashes of the content: a seat map that many look at is not compressed for each of them.
 */
export const compression = fp(
  (app, _options, done) => {
    const kept = new LRUCache<string, Buffer>({ maxSize: keptBytesMax, sizeCalculation: ({ length }) => length });
    const flights = new SingleFlight<Buffer>();
    const packed = async (content: string | Buffer, etag: unknown): Promise<Buffer> => {
      if (typeof etag !== 'string') return await compress(content);
      const known = kept.get(etag);
      if (known) return known;
      const fresh = await flights.run(etag, () => compress(content));
      kept.set(etag, fresh);
      return fresh;
    };
    // With a callback: most answers are small, and should not wait a turn for nothing.
    app.addHook('onSend', (request, reply, payload: unknown, next) => {
      if ((typeof payload !== 'string' && !Buffer.isBuffer(payload)) || Buffer.byteLength(payload) < bytesMin || reply.hasHeader('content-encoding')) return next(null, payload);
      if (!reply.hasHeader('vary')) reply.header('vary', 'accept-encoding');
      if (!takesGzip(request.headers['accept-encoding'])) return next(null, payload);
      packed(payload, reply.getHeader('etag')).then(
        (body) => {
          // Meanwhile the time was used up and the request answered so: to send once more would end the process.
          if (reply.raw.headersSent) return;
          reply.header('content-encoding', 'gzip').removeHeader('content-length');
          next(null, body);
        },
        (error: Error) => reply.raw.headersSent || next(error),
      );
    });
    done();
  },
  { name: 'compression' },
);

/** RFC 9110, 12.5.3: named, or any, and not with a weight of 0. */
function takesGzip(header: string | string[] | undefined): boolean {
  if (header === undefined) return false;
  const weights = new Map(String(header).toLowerCase().split(',').map((item) => {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
    return [name, Number(/^q=(.+)$/.exec(parameters.join())?.[1] ?? 1)];
  }));
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
