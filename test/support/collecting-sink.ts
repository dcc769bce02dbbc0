import type { LogEvent, Position, ResetReason } from 'nestjs-realtime';
import type { Batch } from '../../libs/realtime/src/bus/batch.js';
import type { ReaderSink } from '../../libs/realtime/src/bus/reader.js';
import { Inbox } from './inbox.js';

/** What a reader told its sink. */
export type Told =
  | { readonly kind: 'events'; readonly batch: Batch; readonly cursor: Position }
  | { readonly kind: 'reset'; readonly reason: ResetReason; readonly cursor: Position }
  | { readonly kind: 'live'; readonly cursor: Position }
  | { readonly kind: 'fail'; readonly error: unknown };

/** A sink that keeps all it is told, in an inbox and in a list. */
export class CollectingSink implements ReaderSink {
  readonly inbox = new Inbox<Told>();
  readonly told: Told[] = [];
  /** Whether it takes more after a write. */
  accepts: () => boolean = () => true;

  /** Every event so far. */
  get events(): LogEvent[] {
    return this.told.flatMap((told) => (told.kind === 'events' ? told.batch.events : []));
  }

  get resets(): ResetReason[] {
    return this.told.flatMap((told) => (told.kind === 'reset' ? [told.reason] : []));
  }

  write(batch: Batch, cursor: Position): boolean {
    this.tell({ kind: 'events', batch, cursor });
    return this.accepts();
  }

  reset(reason: ResetReason, cursor: Position): void {
    this.tell({ kind: 'reset', reason, cursor });
  }

  live(cursor: Position): void {
    this.tell({ kind: 'live', cursor });
  }

  fail(error: unknown): void {
    this.tell({ kind: 'fail', error });
  }

  /** Waits until the event with this id has come. */
  async has(id: string): Promise<void> {
    await this.inbox.until(
      (told) => told.kind === 'events' && told.batch.events.some((event) => event.id === id),
    );
  }

  private tell(told: Told): void {
    this.told.push(told);
    this.inbox.push(told);
  }
}
