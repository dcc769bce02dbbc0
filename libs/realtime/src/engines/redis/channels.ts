import type { Redis } from 'ioredis';

interface Channel {
  users: number;
  /** Resolves once Redis has subscribed. */
  ready: Promise<unknown>;
}

/** The channels that are subscribed to, each once, however many listen. What comes and goes in one turn goes together. */
export class Channels {
  private readonly channels = new Map<string, Channel>();
  private joining: { readonly names: Set<string>; readonly done: Promise<unknown> } | undefined;
  private leaving: Set<string> | undefined;

  constructor(private readonly redis: Redis) {}

  get names(): string[] {
    return [...this.channels.keys()];
  }

  has(name: string): boolean {
    return this.channels.has(name);
  }

  /** Resolves once all of them are subscribed to. */
  async add(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.use(name)));
  }

  remove(names: readonly string[]): void {
    for (const name of names) {
      const channel = this.channels.get(name);
      if (channel && --channel.users === 0) this.leave(name);
    }
  }

  /** After the connection was lost. */
  async restore(): Promise<void> {
    const { names } = this;
    if (names.length === 0) return;
    const ready = this.redis.subscribe(...names);
    for (const channel of this.channels.values()) channel.ready = ready;
    await ready;
  }

  private use(name: string): Promise<unknown> {
    const channel = this.channels.get(name);
    if (channel) {
      channel.users++;
      return channel.ready;
    }
    const ready = this.join(name);
    // Whoever waits is told; the name stays, for it is wanted once the connection is back.
    ready.catch(() => undefined);
    this.channels.set(name, { users: 1, ready });
    return ready;
  }

  private join(name: string): Promise<unknown> {
    if (!this.joining) {
      const names = new Set<string>();
      const done = Promise.resolve().then(() => {
        this.joining = undefined;
        return this.redis.subscribe(...names);
      });
      this.joining = { names, done };
    }
    this.joining.names.add(name);
    return this.joining.done;
  }

  private leave(name: string): void {
    if (!this.leaving) {
      const names = (this.leaving = new Set<string>());
      queueMicrotask(() => {
        this.leaving = undefined;
        const gone = [...names].filter((each) => this.channels.get(each)?.users === 0);
        for (const each of gone) this.channels.delete(each);
        // A connection that is lost has unsubscribed by itself.
        if (gone.length > 0) this.redis.unsubscribe(...gone).catch(() => undefined);
      });
    }
    this.leaving.add(name);
  }
}
