/** Name of the prepared statement by which a canary takes part in what happens to those of the service. */
export const CANARY_STATEMENT = 'gatecrash-canary-write';

const BIND = 'B'.charCodeAt(0);
const READY_FOR_QUERY = 'Z'.charCodeAt(0);
/** A message is its type, its length without the type, and its content (PostgreSQL manual, "Message Formats"). */
const HEADER_BYTES = 5;

/** What a client of PostgreSQL sends, as it comes. The first message, before all others, has no type. Unencrypted connections only. */
export class ClientMessages {
  #rest: Buffer = Buffer.alloc(0);
  #started = false;

  /** Names of the prepared statements that are executed by what has now come; the nameless one is "". */
  statementsIn(chunk: Buffer): string[] {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const names: string[] = [];
    for (;;) {
      const typeBytes = this.#started ? 1 : 0;
      if (this.#rest.length < typeBytes + 4) return names;
      const bytes = typeBytes + this.#rest.readUInt32BE(typeBytes);
      if (this.#rest.length < bytes) return names;
      if (this.#started && this.#rest[0] === BIND) names.push(statementOf(this.#rest.subarray(HEADER_BYTES, bytes)));
      this.#started = true;
      this.#rest = this.#rest.subarray(bytes);
    }
  }
}

/** Bind: portal, statement, both ended by a 0. */
function statementOf(content: Buffer): string {
  const start = content.indexOf(0) + 1;
  return content.toString('utf8', start, content.indexOf(0, start));
}

/** Whether these messages of a server, from the beginning of one on, include "ready for query": it comes after the commit. */
export function endOfAnswer(bytes: Buffer): boolean {
  for (let at = 0; at + HEADER_BYTES <= bytes.length; at += 1 + bytes.readUInt32BE(at + 1)) {
    if (bytes[at] === READY_FOR_QUERY && at + HEADER_BYTES < bytes.length) return true;
  }
  return false;
}
