import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { turns } from '../support/turns.js';
import type { NumberedEvent } from './consuming-assignment.js';

/** So many requests are refused, and so many answered late: every so maniest. */
const REFUSED = 7;
const SLOW = 11;

/** Finds in a request what was sent. */
export type ReadEvent = (body: string, headers: IncomingMessage['headers']) => NumberedEvent;

const plain: ReadEvent = (body) => JSON.parse(body) as NumberedEvent;

/** Somebody else's server, to which events are sent. It lives on when their sender dies. */
export class Receiver implements AsyncDisposable {
  /** Called each time an event was taken and the sender could know. */
  onAnswer: () => void = () => {};
  /** Called each time an event was taken. */
  onTaken: () => void = () => {};
  /** How often each event was taken, by its number. */
  private readonly taken = new Map<number, number>();
  private readonly ids = new Map<number, string>();
  private requests = 0;

  private constructor(
    private readonly server: Server,
    private readonly read: ReadEvent,
  ) {}

  static async listen(read: ReadEvent = plain): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server, read);
    server.on('request', (request, response) => void receiver.receive(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many different events were taken. */
  get count(): number {
    return this.taken.size;
  }

  /** How many times an event was taken that had been taken before. */
  get repeats(): number {
    return [...this.taken.values()].reduce((sum, times) => sum + times - 1, 0);
  }

  hasAll(numbers: Iterable<number>): boolean {
    for (const number of numbers) if (!this.taken.has(number)) return false;
    return true;
  }

  /** The id under which an event came. */
  idOf(number: number): string | undefined {
    return this.ids.get(number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => void this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const count = ++this.requests;
    const body = await text(request).catch(() => undefined);
    // The sender was killed while it spoke.
    if (body === undefined) return;
    const { id, number } = this.read(body, request.headers);
    if (count % SLOW === 0) await turns(50);
    if (count % REFUSED === 0) return void response.writeHead(500).end();
    const known = this.ids.get(number);
    if (known !== undefined && known !== id)
      throw new Error(`The event ${number} came as ${known} and as ${id}.`);
    this.ids.set(number, id);
    this.taken.set(number, (this.taken.get(number) ?? 0) + 1);
    response.writeHead(200).end(() => this.onAnswer());
    this.onTaken();
  }
}
