import { request, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to a charge on its way: done, done but the answer is lost, never received, or answered too late. */
export type Mishap = 'none' | 'answer lost' | 'request lost' | 'hangs' | 'down';

/** Stands in front of a gateway and loses what it is told to lose. */
export class BrokenGateway implements AsyncDisposable {
  mishap: Mishap = 'none';
  readonly #upstream: string;
  readonly #server: Server;

  private constructor(upstream: string) {
    this.#upstream = upstream;
    this.#server = createServer((incoming, outgoing) => void this.#handle(incoming, outgoing).catch(() => incoming.socket.destroy()));
  }

  static async listen(upstream: string): Promise<BrokenGateway> {
    const gateway = new BrokenGateway(upstream);
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const isCharge = incoming.method === 'POST';
    const { mishap } = this;
    if (mishap === 'down' || (isCharge && mishap === 'request lost')) return void incoming.socket.destroy();
    const body = await Array.fromAsync(incoming as AsyncIterable<Buffer>);
    const answer = await this.#forward(incoming, Buffer.concat(body));
    if (isCharge && mishap === 'answer lost') return void incoming.socket.destroy();
    if (isCharge && mishap === 'hangs') await sleep(5000, undefined, { ref: false });
    outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text);
  }

  #forward(incoming: IncomingMessage, body: Buffer): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const onward = request(new URL(incoming.url ?? '/', this.#upstream), { method: incoming.method, headers: incoming.headers }, (response) => {
        Array.fromAsync(response as AsyncIterable<Buffer>).then((chunks) => resolve({ status: response.statusCode ?? 502, text: Buffer.concat(chunks).toString() }), reject);
      });
      onward.once('error', reject);
      onward.end(body);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
