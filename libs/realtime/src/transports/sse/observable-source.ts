import { IntrinsicException, Logger } from '@nestjs/common';
import { from, map, type Observable, Subscription, takeWhile } from 'rxjs';
import { errorText } from './error-text.js';
import { messageFrame } from './message-frame.js';
import type { SseSource, SseStream } from './sse-stream.js';

const logger = new Logger('Realtime');

/** An Observable cannot be paused: a client that leaves this much unread is cut off. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** Any Observable of the application, streamed as Nest's own `@Sse` does. */
export class ObservableSource implements SseSource {
  readonly cursor = undefined;
  private readonly subscription = new Subscription();
  private stream: SseStream | undefined;
  /** Frames from before there was a stream. */
  private early = '';
  private ended = false;

  constructor(private readonly name: string) {}

  /**
   * Subscribes. Resolves when there is something to be sent, at the latest in the next turn; rejects with what
   * the Observable fails with until then, which exception filters can still answer.
   */
  begin(messages: Observable<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      let begun = false;
      const begin = () => {
        begun = true;
        resolve();
      };
      const frames = from(messages).pipe(
        takeWhile(() => !this.subscription.closed),
        map(messageFrame),
        map((frame) => this.write(frame)),
      );
      this.subscription.add(
        frames.subscribe({
          next: begin,
          error: (error: unknown) => (begun ? this.fail(error) : reject(error)),
          complete: () => {
            this.end('');
            begin();
          },
        }),
      );
      setImmediate(begin);
    });
  }

  /** From here on what comes is streamed, after what came before. */
  attach(stream: SseStream): void {
    this.stream = stream;
    stream.attach(this);
    const { early } = this;
    this.early = '';
    this.write(early);
    if (this.ended) stream.end();
  }

  close(): void {
    try {
      this.subscription.unsubscribe();
    } catch (error) {
      logger.error(`The Observable of ${this.name} could not be left.`, error);
    }
  }

  private write(frames: string): void {
    if (this.stream) this.stream.text(frames);
    else this.early += frames;
    const waiting = this.stream?.waitingBytes ?? this.early.length;
    if (waiting > MAX_WAITING_BYTES) this.cutOff(waiting);
  }

  private cutOff(waiting: number): void {
    logger.warn(`A client of ${this.name} left ${waiting} bytes unread and was cut off.`);
    this.close();
    this.stream?.destroy();
  }

  private fail(error: unknown): void {
    if (!(error instanceof IntrinsicException)) {
      logger.error(`A stream of ${this.name} ended with an error.`, error);
    }
    this.end(messageFrame({ type: 'error', data: errorText(error) }));
  }

  private end(last: string): void {
    this.ended = true;
    if (this.stream) this.stream.end(last);
    else this.early += last;
  }
}
