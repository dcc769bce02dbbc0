import type {
  ClaimStore,
  EventDraft,
  Journal,
  LogEvent,
  LogPage,
  Position,
  ReadQuery,
  RecordStore,
  RealtimeEngine,
  Retention,
} from 'nestjs-realtime';

export type Operation = 'listen' | 'head' | 'latest' | 'read' | 'publish';

/** An engine over a bad network: answers are late or fail, announcements are late or lost. */
export class FaultyEngine implements RealtimeEngine {
  readonly name = 'faulty';

  /** Whether an announcement is lost. */
  drops: (event: LogEvent) => boolean = () => false;
  /** How an announcement travels, in the order of the others; at once when undefined. */
  travel: (() => Promise<void>) | undefined;
  /** Stands for what is between: `run` is the log's part, to be called before, after or instead of trouble. */
  around: <Answer>(operation: Operation, run: () => Promise<Answer>) => Promise<Answer> = (_, run) => run();

  private readonly attached = new Set<() => Promise<void>>();
  private line: Promise<void> | undefined;

  constructor(private log: RealtimeEngine) {}

  /** How many listens have not ended. */
  get listening(): number {
    return this.attached.size;
  }

  get durable(): boolean {
    return this.log.durable;
  }

  get claims(): ClaimStore {
    return this.log.claims;
  }

  get journal(): Journal {
    return this.log.journal;
  }

  get records(): RecordStore {
    return this.log.records;
  }

  listenAll(listener: (event: LogEvent) => void): Promise<() => void> {
    return this.log.listenAll(listener);
  }

  start(retention: Retention): Promise<void> {
    return this.log.start(retention);
  }

  stop(): Promise<void> {
    return this.log.stop();
  }

  publish(draft: EventDraft): Promise<LogEvent> {
    return this.around('publish', () => this.log.publish(draft));
  }

  read(topics: readonly string[], query: ReadQuery): Promise<LogPage> {
    return this.around('read', () => this.log.read(topics, query));
  }

  latest(topic: string): Promise<LogEvent | undefined> {
    return this.around('latest', () => this.log.latest(topic));
  }

  head(): Promise<Position> {
    return this.around('head', async () => {
      const [head, line] = [this.log.head(), this.line];
      await line;
      return head;
    });
  }

  listen(topics: readonly string[], listener: (event: LogEvent) => void): Promise<() => void> {
    return this.around('listen', async () => {
      let end = () => {};
      let ended = false;
      const attach = async () => {
        end = await this.log.listen(topics, (event) => {
          if (!this.drops(event)) this.send(() => ended || listener(event));
        });
      };
      await attach();
      this.attached.add(attach);
      return () => {
        this.attached.delete(attach);
        ended = true;
        end();
      };
    });
  }

  /** From now on another log answers, and announces to those who listen. */
  async failOver(log: RealtimeEngine): Promise<void> {
    this.log = log;
    for (const attach of this.attached) await attach();
  }

  private send(arrive: () => void): void {
    if (this.travel) this.line = (this.line ?? Promise.resolve()).then(this.travel).then(arrive);
    else arrive();
  }
}
