import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import { RealtimeError } from '../realtime.errors.js';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../realtime.options.js';
import { jitter } from '../timing/jitter.js';

/** Something that holds a request or a socket open. */
export interface Connection {
  /** Ends it politely, telling the client to come back after `retryMs`. It is removed when it has ended. */
  drain(retryMs: number): void;
  /** Ends it at once. */
  destroy(): void;
}

/** All that is held open by this process: counted, limited, and drained at shutdown. */
@Injectable()
export class Connections implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly open = new Set<Connection>();
  private polls = 0;
  private closing = false;
  private emptied: (() => void) | undefined;

  constructor(@Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions) {}

  /** How many there are. */
  get size(): number {
    return this.open.size;
  }

  /** @throws RealtimeError `shutting-down` */
  admit(): void {
    if (!this.closing) return;
    throw new RealtimeError('shutting-down', 'The server is shutting down.', this.comeBackMs());
  }

  /** @throws RealtimeError `shutting-down` */
  add(connection: Connection): void {
    this.admit();
    this.open.add(connection);
  }

  /** @throws RealtimeError `shutting-down` or `too-many-polls` */
  addPoll(connection: Connection): void {
    const { waitingPolls } = this.options.limits;
    if (this.polls >= waitingPolls) {
      throw new RealtimeError(
        'too-many-polls',
        'Too many polls are waiting.',
        jitter(this.options.shortPoll.intervalMs),
      );
    }
    this.add(connection);
    this.polls++;
  }

  remove(connection: Connection): void {
    if (this.open.delete(connection) && this.open.size === 0) this.emptied?.();
  }

  removePoll(connection: Connection): void {
    if (!this.open.has(connection)) return;
    this.polls--;
    this.remove(connection);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.closing = true;
    for (const connection of this.open) this.drain(connection);
    if (!(await this.emptyWithin(this.options.shutdown.timeoutMs))) {
      for (const connection of this.open) connection.destroy();
    }
  }

  private drain(connection: Connection): void {
    try {
      connection.drain(this.comeBackMs());
    } catch (error) {
      this.logger.error('A connection could not be drained; it ends at once.', error);
      connection.destroy();
    }
  }

  /** When a client should come back: spread, for all of them come back. */
  private comeBackMs(): number {
    return 500 + Math.round(Math.random() * this.options.shutdown.spreadMs);
  }

  private async emptyWithin(ms: number): Promise<boolean> {
    if (this.open.size === 0) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.emptied = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
