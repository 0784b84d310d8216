import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A span as Zipkin has it. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Stands in for Zipkin: keeps what it is sent, or takes connections and never answers. */
export class TraceBackend implements AsyncDisposable {
  hangs = false;
  connectionsMax = 0;
  readonly spans: ZipkinSpan[] = [];
  readonly bodies: Buffer[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((incoming, outgoing) => {
      if (this.hangs) return;
      Array.fromAsync(incoming as AsyncIterable<Buffer>).then((chunks) => {
        const body = Buffer.concat(chunks);
        this.bodies.push(body);
        if (incoming.url?.includes('/api/v2/spans')) this.spans.push(...(JSON.parse(body.toString()) as ZipkinSpan[]));
        outgoing.writeHead(202).end();
      }, () => incoming.destroy());
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      this.connectionsMax = Math.max(this.connectionsMax, this.#sockets.size);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async listen(): Promise<TraceBackend> {
    const backend = new TraceBackend();
    backend.#server.listen(0, '127.0.0.1');
    await once(backend.#server, 'listening');
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
