import { HttpException, Logger, type MessageEvent } from '@nestjs/common';
import type { Observable, Subscription } from 'rxjs';
import type { SseSource, SseStream } from './sse-stream.js';

const logger = new Logger('Realtime');

/** An Observable cannot be paused: a client that leaves this much unread is cut off. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** Any Observable of the application, streamed as Nest's own `@Sse` does. */
export class ObservableSource implements SseSource {
  readonly cursor = undefined;
  private subscription: Subscription | undefined;
  private closed = false;

  constructor(
    private readonly stream: SseStream,
    private readonly name: string,
  ) {
    stream.attach(this);
  }

  start(messages: Observable<unknown>): void {
    if (this.closed) return;
    this.subscription = messages.subscribe({
      next: (message) => this.write(message),
      error: (error: unknown) => this.fail(error),
      complete: () => this.stream.end(),
    });
    // It may have ended the stream while subscribing.
    if (this.closed) this.subscription.unsubscribe();
  }

  close(): void {
    this.closed = true;
    this.subscription?.unsubscribe();
  }

  private write(message: unknown): void {
    if (this.closed) return;
    try {
      this.stream.text(messageFrame(message));
    } catch (error) {
      return this.fail(error);
    }
    if (this.stream.waitingBytes < MAX_WAITING_BYTES) return;
    logger.warn(`A client of ${this.name} left ${this.stream.waitingBytes} bytes unread and was cut off.`);
    this.stream.destroy();
  }

  private fail(error: unknown): void {
    logger.error(`A stream of ${this.name} ended with an error.`, error);
    // The client is told no more than an exception filter would tell it.
    const message = error instanceof HttpException ? error.message : 'Internal server error';
    this.stream.end(messageFrame({ type: 'error', data: message }));
  }
}

/** A `MessageEvent` of Nest, or bare data, as a frame. */
export function messageFrame(message: unknown): string {
  const event: Partial<MessageEvent> =
    typeof message === 'object' && message !== null ? message : { data: message as string };
  const fields = [
    field('event', event.type),
    field('id', event.id),
    field('retry', event.retry),
    event.data === undefined || event.data === null ? '' : lines('data', event.data),
  ];
  return `${fields.join('')}\n`;
}

function field(name: string, value: string | number | undefined): string {
  return value === undefined || value === null
    ? ''
    : `${name}: ${String(value).replaceAll(/[\r\n\0]/g, '')}\n`;
}

function lines(name: string, data: string | object): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `${name}: ${line}\n`)
    .join('');
}
