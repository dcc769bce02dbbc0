import type { ClientProvider } from '@nestjs/microservices';
import type { RelayOptions } from 'nestjs-realtime/relay';
import { Inbox } from '../support/inbox.js';
import { Wire } from './wire.js';

/** What came out of a broker: the payload, parsed. */
export type Received = { readonly id: string; readonly topic: string; readonly data: unknown };

/**
 * A broker in a process of its own, and somebody who receives what is sent to `orders` with another client than
 * Nest's. Nest's reaches it by the wire.
 */
export abstract class Broker implements AsyncDisposable {
  /** What has arrived, at the earliest when the broker has accepted it. */
  readonly received = new Inbox<Received>();

  protected constructor(readonly wire: Wire) {}

  /** Whether it still has what it had acknowledged, and nobody received, when it was killed. */
  abstract readonly isDurable: boolean;

  /** What Nest's client is given. */
  abstract readonly client: ClientProvider;

  /** How the relay is told to send to it. */
  readonly relay: Partial<RelayOptions> = {};

  /** Starts it, or starts it again, and joins the wire. */
  async start(): Promise<void> {
    await this.wire.join(await this.launch());
  }

  /** Nothing is received until it is started again. For durable ones. */
  async stopReceiving(): Promise<void> {}

  /** Ends its process. */
  async kill(): Promise<void> {
    await this.end();
    await this.wire.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.dispose();
  }

  /** @returns its port, once it and the receiver are ready */
  protected abstract launch(): Promise<number>;

  protected abstract end(): Promise<void>;

  /** Removes what it left. */
  protected async dispose(): Promise<void> {}
}
