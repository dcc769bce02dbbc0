import { Controller } from '@nestjs/common';
import { LongPoll, ShortPoll, Sse, topic } from 'nestjs-realtime';
import { startWith, Subject } from 'rxjs';

/** Polls in state mode. */
export const STATES = ['short', 'long'] as const;
/** Polls in log mode. */
export const LOGS = ['short-log', 'long-log'] as const;
export const STREAMS = ['sse-log', 'sse-state', 'sse-observable'] as const;
/** Paths of all routes below `readers`. */
export const READERS = [...STATES, ...LOGS, ...STREAMS] as const;

/** A route of each kind, all about topic `a`. */
@Controller('readers')
export class AllReaders {
  state: unknown = 'ready';
  /** What the Observable emits. */
  readonly messages = new Subject<unknown>();
  runs = 0;

  @ShortPoll('short')
  short(): unknown {
    return this.run(this.state);
  }

  @LongPoll('long', { topic: 'a' })
  long(): unknown {
    return this.run(this.state);
  }

  @ShortPoll('short-log')
  shortLog(): unknown {
    return this.run(topic('a'));
  }

  @LongPoll('long-log')
  async longLog(): Promise<unknown> {
    return this.run(topic('a'));
  }

  @Sse('sse-log')
  sseLog(): unknown {
    return this.run(topic('a'));
  }

  @Sse('sse-state', { topic: 'a' })
  async sseState(): Promise<unknown> {
    return this.run(this.state);
  }

  @Sse('sse-observable')
  sseObservable(): unknown {
    return this.run(this.messages.pipe(startWith({ data: 'hello' })));
  }

  private run<T>(result: T): T {
    this.runs++;
    return result;
  }
}
