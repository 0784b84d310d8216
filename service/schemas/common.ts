import Type, { type TSchema } from 'typebox';

export const strict = { additionalProperties: false };

/** Ids are short and plain, so that they can stand in keys, logs and URLs. */
export const Id = Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9_.:-]+$' });
export const Uuid = Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' });
/** KRW; bounded, so that no sum of them leaves the whole numbers a double can hold. */
export const Amount = Type.Integer({ minimum: 1, maximum: 100_000_000, description: 'KRW' });
export const Time = Type.String({ description: 'ISO 8601, UTC' });

const pageSizeDefault = 20;
/** Which part of a list. What stands in a URL is text, so the number is too. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]?|100)$', description: '1 to 100' })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 300, pattern: '^[A-Za-z0-9_-]+$', description: 'nextCursor of the page before' })),
  },
  strict,
);
/** How many were asked for. */
export const pageSize = ({ limit }: { readonly limit?: string }, fallback: number = pageSizeDefault): number => (limit === undefined ? fallback : Number(limit));

/** RFC 9457, with what a buyer's client needs to decide what to do next. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'stable, for programs' }),
    detail: Type.String({ description: 'for people' }),
    retryable: Type.Boolean({ description: 'the same request, with the same Idempotency-Key, may succeed later' }),
    traceId: Type.String(),
    position: Type.Optional(Type.Integer({ description: 'QUEUE_WAITING: place in the queue' })),
    retryAfter: Type.Optional(Type.Integer({ description: 'RATE_LIMITED: seconds until the call is allowed' })),
  },
  strict,
);

export const ProblemResponse = { description: 'problem+json', content: { 'application/problem+json': { schema: ProblemSchema } } };

/** Every route may meet these; the others are listed with their route. */
const everywhere = [400, 413, 415, 500, 503] as const;

/** The responses of a route: its successes, and a problem for each other status it documents. */
export function answers(success: Readonly<Record<number, TSchema>>, ...problems: readonly number[]): Record<number, TSchema> {
  return { ...Object.fromEntries([...everywhere, ...problems].map((status) => [status, ProblemResponse])), ...success };
}

const QueueTokenHeader = { 'x-queue-token': Type.Optional(Type.String({ maxLength: 1000, description: 'from POST /queue/token' })) };
const key = Type.String({ minLength: 1, maxLength: 200 });

export const WithToken = Type.Object(QueueTokenHeader);
export const WithTokenAndKey = Type.Object({ ...QueueTokenHeader, 'idempotency-key': key });
export const WithTokenAndOptionalKey = Type.Object({ ...QueueTokenHeader, 'idempotency-key': Type.Optional(key) });
