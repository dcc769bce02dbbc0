import type { SocketOutput } from './socket-output.js';

/** A client may be this many messages ahead of their answers before it is no longer read from. */
const MAX_WAITING = 32;

/** What a client sent. */
export interface ClientMessage {
  readonly name: unknown;
  readonly body: unknown;
  readonly ack: ((answer: unknown) => void) | undefined;
}

/**
 * The messages of one client: answered one after the other, none while the client does not read its answers,
 * and read from it no faster than that.
 */
export class SocketInbox {
  private readonly waiting: ClientMessage[] = [];
  private answering = false;
  private paused = false;

  constructor(
    private readonly output: SocketOutput,
    /** Must not throw. */
    private readonly answer: (message: ClientMessage) => Promise<void>,
  ) {}

  push(message: ClientMessage): void {
    this.waiting.push(message);
    if (this.waiting.length > MAX_WAITING || this.output.isFull) this.pause();
    void this.run();
  }

  /** Goes on answering, if it can. */
  async run(): Promise<void> {
    if (this.answering) return;
    this.answering = true;
    while (!this.output.isFull) {
      const next = this.waiting.shift();
      if (!next) break;
      await this.answer(next);
    }
    this.answering = false;
    if (this.waiting.length === 0 && !this.output.isFull) this.resume();
  }

  /** The client has left, or is to hang up: what it still says is not listened to, but read. */
  close(): void {
    this.waiting.length = 0;
    this.resume();
  }

  private pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.output.pause();
  }

  private resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.output.resume();
  }
}
