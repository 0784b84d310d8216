import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { CachedText } from '../cache/cached-reads.ts';

export const IfNoneMatch = Type.Object({ 'if-none-match': Type.Optional(Type.String({ maxLength: 1000, description: 'the ETag of what you have' })) });
export const NotModified = Type.Null({ description: 'what you have is still so' });

/** Sends a cached answer, or 304 to who has it already. The text is JSON, and stays as it came from the cache. */
export function sendText(request: FastifyRequest, reply: FastifyReply, { text, etag, hit }: CachedText): FastifyReply {
  reply.headers({ 'x-cache-hit': hit ? 'true' : 'false', etag, vary: 'accept-encoding', 'cache-control': 'no-cache' });
  const known = request.headers['if-none-match'];
  if (known !== undefined && names(known, etag)) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(text);
}

/** Compared as RFC 9110, 13.1.2 has it: weak or not makes no difference. */
function names(ifNoneMatch: string, etag: string): boolean {
  const hash = etag.slice(2);
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((known) => known.trim().replace(/^W\//, '') === hash);
}
