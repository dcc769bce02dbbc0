import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../bus/log-event.js';
import type {
  ClaimStore,
  EventDraft,
  Journal,
  LogPage,
  ReadQuery,
  RealtimeEngine,
  RecordStore,
  Retention,
} from './engine.interface.js';

/**
 * An engine that is opened when it is first used, and not when it is injected: an application of which some other
 * part cannot be made is never closed, and must not leave a log open.
 */
export class LateEngine implements RealtimeEngine {
  readonly claims: ClaimStore;
  readonly journal: Journal;
  readonly records: RecordStore;
  private opening: Promise<void> | undefined;
  private isOpen = false;
  private onOpen: (() => void)[] = [];

  constructor(
    private readonly engine: RealtimeEngine,
    private readonly retention: Retention,
  ) {
    this.claims = {
      claim: (...claim) => this.opened(() => engine.claims.claim(...claim)),
      settle: (...claim) => this.opened(() => engine.claims.settle(...claim)),
      release: (...claim) => this.opened(() => engine.claims.release(...claim)),
    };
    this.journal = {
      read: (...query) => this.opened(() => engine.journal.read(...query)),
      release: (...position) => this.opened(() => engine.journal.release(...position)),
      listen: (listener) => this.listenToJournal(listener),
    };
    this.records = {
      get: (key) => this.opened(() => engine.records.get(key)),
      list: (...query) => this.opened(() => engine.records.list(...query)),
      write: (changes) => this.opened(() => engine.records.write(changes)),
    };
  }

  get name(): string {
    return this.engine.name;
  }

  get durable(): boolean {
    return this.engine.durable;
  }

  /** @throws what the engine's start throws */
  start(): Promise<void> {
    this.opening ??= this.open();
    return this.opening;
  }

  async stop(): Promise<void> {
    const wasOpened = await this.opening?.then(
      () => true,
      () => false,
    );
    if (wasOpened) await this.engine.stop();
  }

  publish(draft: EventDraft): Promise<LogEvent> {
    return this.opened(() => this.engine.publish(draft));
  }

  read(topics: readonly string[], query: ReadQuery): Promise<LogPage> {
    return this.opened(() => this.engine.read(topics, query));
  }

  latest(topic: string): Promise<LogEvent | undefined> {
    return this.opened(() => this.engine.latest(topic));
  }

  head(): Promise<Position> {
    return this.opened(() => this.engine.head());
  }

  listen(topics: readonly string[], listener: (event: LogEvent) => void): Promise<() => void> {
    return this.opened(() => this.engine.listen(topics, listener));
  }

  listenAll(listener: (event: LogEvent) => void): Promise<() => void> {
    return this.opened(() => this.engine.listenAll(listener));
  }

  private opened<Result>(use: () => Promise<Result>): Promise<Result> {
    return this.isOpen ? use() : this.start().then(use);
  }

  private async open(): Promise<void> {
    await this.engine.start(this.retention);
    this.isOpen = true;
    for (const listen of this.onOpen.splice(0)) listen();
  }

  /** Nothing is appended before it is open. */
  private listenToJournal(listener: () => void): () => void {
    if (this.isOpen) return this.engine.journal.listen(listener);
    let end: (() => void) | undefined = () => undefined;
    const waiting = () => {
      if (end) end = this.engine.journal.listen(listener);
    };
    this.onOpen.push(waiting);
    return () => {
      end?.();
      end = undefined;
    };
  }
}
