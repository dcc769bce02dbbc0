import { Logger } from '@nestjs/common';
import type { Position, ResetReason } from 'nestjs-realtime-protocol';
import type { Socket } from './socket-io.js';
import type { ExpulsionCode, Session } from '../../access/session.js';
import type { Batch } from '../../bus/batch.js';
import type { Connection } from '../connections.js';
import type { Beating } from '../heartbeats.js';
import { socketError } from './socket-error.js';
import { encodePacket, eventsEncoding } from './socket-encoding.js';
import { parsePublish, parseRefresh, parseSubscribe, parseTopics } from '../client-messages.js';
import { SocketOutput } from './socket-output.js';
import { SocketSubscription, type SubscriptionOutput } from './socket-subscription.js';
import type { SocketServices } from './socket-services.js';

/** A client may be this many messages ahead of their answers before it is no longer read from. */
const MAX_INBOX = 32;

const EXPULSIONS = Object.freeze({
  expired: 'The credentials have expired.',
  revoked: 'Access was revoked.',
} satisfies Record<ExpulsionCode, string>);

type Ack = (answer: unknown) => void;

/** One socket: its subscriptions, and its messages, which are answered one after the other. */
export class SocketConnection implements Connection, Beating, SubscriptionOutput {
  private readonly logger = new Logger('Realtime');
  private readonly output: SocketOutput;
  private readonly subscriptions = new Map<string, SocketSubscription>();
  private readonly inbox: { name: string; message: unknown; ack: Ack | undefined }[] = [];
  private answering = false;
  private told: string | undefined;
  private readonly slot: number;

  constructor(
    private readonly socket: Socket,
    private readonly session: Session,
    private readonly services: SocketServices,
  ) {
    this.output = new SocketOutput(socket, () => this.drained());
    this.slot = services.heartbeats.add(this);
    socket.onAny((name: string, ...args: unknown[]) => this.receive(name, args));
    socket.once('disconnect', () => this.close());
  }

  events(batch: Batch): boolean {
    return this.output.write(batch.as(eventsEncoding));
  }

  async reset(topics: readonly string[], reason: ResetReason, cursor: Position): Promise<void> {
    this.socket.emit('reset', { topics, reason, cursor: cursor.toString() });
    await this.snapshot(topics, cursor);
  }

  /** Tells a quiet client how far it has read, if that is true of all its topics. */
  beat(): void {
    const cursors = [...new Set(this.subscriptions.values())].map(({ cursor }) => cursor);
    if (cursors.length === 0 || this.output.isLagging || cursors.includes(undefined)) return;
    const lowest = (cursors as Position[]).reduce((a, b) => (a.isAfter(b) ? b : a)).toString();
    if (lowest === this.told) return;
    this.told = lowest;
    this.output.write(encodePacket('cursor', `"${lowest}"`));
  }

  drain(retryMs: number): void {
    this.socket.emit('closing', { retryMs });
    this.socket.disconnect(true);
  }

  /** Ends the connection of a client whose right to be here has ended. */
  expel(code: ExpulsionCode): void {
    this.socket.emit('error', { code, message: EXPULSIONS[code] });
    this.socket.disconnect(true);
  }

  destroy(): void {
    this.socket.request.socket.destroy();
  }

  fail(error: unknown): void {
    this.socket.emit('error', socketError(error, this.logger));
    this.socket.disconnect(true);
  }

  private receive(name: string, args: unknown[]): void {
    const ack = typeof args.at(-1) === 'function' ? (args.pop() as Ack) : undefined;
    this.inbox.push({ name, message: args[0], ack });
    if (this.inbox.length > MAX_INBOX) this.output.pause();
    void this.answerInbox();
  }

  /** One message at a time, and none while the client does not read its answers. */
  private async answerInbox(): Promise<void> {
    if (this.answering) return;
    this.answering = true;
    while (!this.output.isLagging) {
      const next = this.inbox.shift();
      if (!next) break;
      await this.answer(next.name, next.message, next.ack);
    }
    this.answering = false;
    if (this.inbox.length <= MAX_INBOX) this.output.resume();
  }

  private async answer(name: string, message: unknown, ack: Ack | undefined): Promise<void> {
    try {
      if (name === 'subscribe') return await this.subscribe(message, ack);
      ack?.({ ok: true, ...(await this.run(name, message)) });
    } catch (error) {
      const failure = socketError(error, this.logger);
      if (ack) ack({ ok: false, error: failure });
      else this.socket.emit('error', failure);
    }
  }

  private async run(name: string, message: unknown): Promise<object> {
    switch (name) {
      case 'unsubscribe':
        return this.unsubscribe(parseTopics(message));
      case 'publish': {
        const { id } = await this.services.publisher.publish(this.session.principal, parsePublish(message));
        return { id };
      }
      case 'refresh': {
        const { token } = parseRefresh(message);
        return this.services.refresh(this.session, this.socket.request, token);
      }
      default:
        throw this.services.unknown(name);
    }
  }

  private async subscribe(message: unknown, ack: Ack | undefined): Promise<void> {
    const { topics, since } = parseSubscribe(message);
    this.services.checkCount(new Set([...this.subscriptions.keys(), ...topics]).size);
    await this.services.policies.checkSubscribe(this.session.principal, topics);
    const begin = await this.services.begin(topics, since);
    if (!this.socket.connected) return;

    this.unsubscribe(topics);
    const subscription = new SocketSubscription(this.services.feeds, this, topics);
    for (const topic of topics) this.subscriptions.set(topic, subscription);
    ack?.({ ok: true, cursor: begin.cursor.toString(), recovered: begin.recovered });
    if (begin.reset) await this.reset(topics, begin.reset, begin.cursor);
    else if (!since) await this.snapshot(topics, begin.cursor);
    subscription.start(begin.since);
  }

  private unsubscribe(topics: readonly string[]): object {
    const affected = new Set(topics.map((topic) => this.subscriptions.get(topic)));
    for (const topic of topics) this.subscriptions.delete(topic);
    for (const subscription of affected) subscription?.drop(topics);
    return {};
  }

  private async snapshot(topics: readonly string[], cursor: Position): Promise<void> {
    const load = this.services.policies.snapshots(this.session.principal, topics);
    if (load) this.socket.emit('snapshot', { cursor: cursor.toString(), states: await load() });
  }

  private drained(): void {
    for (const subscription of new Set(this.subscriptions.values())) subscription.resume();
    void this.answerInbox();
  }

  private close(): void {
    this.services.heartbeats.remove(this, this.slot);
    for (const subscription of new Set(this.subscriptions.values())) subscription.close();
    this.subscriptions.clear();
    this.inbox.length = 0;
  }
}
