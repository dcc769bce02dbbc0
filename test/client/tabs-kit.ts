import type { RealtimeClient, RealtimeClientOptions } from 'nestjs-realtime-client';
import { createClientOn } from '../../libs/client/src/create-client.js';
import { type Broadcast, channelsBy } from '../../libs/client/src/environment.js';
import type { Channel, Platform } from '../../libs/client/src/tabs/platform.js';
import { TestLocks } from './tabs-locks.js';

/** Node's types know no message events. */
const openChannel = channelsBy(BroadcastChannel as unknown as Broadcast);

let browsers = 0;

/** Tabs of one browser, in one process: Node has BroadcastChannel, Web Locks are here. */
export class TestBrowser implements Disposable {
  readonly locks = new TestLocks();
  private readonly tabs = new Set<TestTab>();
  private readonly id = ++browsers;

  open(): TestTab {
    const tab = new TestTab(this.locks, `browser ${this.id} `);
    this.tabs.add(tab);
    return tab;
  }

  [Symbol.dispose](): void {
    for (const tab of this.tabs) tab.close();
  }
}

/** A tab that can die and be frozen. */
export class TestTab {
  private readonly clients = new Set<RealtimeClient>();
  private readonly channels = new Set<Channel>();
  /** What is to run when it is thawed. */
  private frozen: (() => void)[] | undefined;
  private isDead = false;

  constructor(
    private readonly locks: TestLocks,
    private readonly prefix: string,
  ) {}

  client(options: RealtimeClientOptions): RealtimeClient {
    const client = createClientOn(this.platform, { shareTabs: true, ...options }) as RealtimeClient;
    this.clients.add(client);
    return client;
  }

  /** As when somebody closes it. */
  close(): void {
    for (const client of this.clients) client.close();
  }

  /** Without a word. */
  crash(): void {
    this.isDead = true;
    for (const channel of this.channels) channel.close();
    this.locks.freeAll(this);
    this.close();
  }

  /** Nothing runs here until it is thawed; its locks it keeps. */
  freeze(): void {
    this.frozen = [];
  }

  thaw(): void {
    const waiting = this.frozen ?? [];
    this.frozen = undefined;
    for (const action of waiting) action();
  }

  private get platform(): Platform {
    return {
      locks: {
        request: (name, options, held) =>
          new Promise((resolve, reject) => {
            this.locks.request(this, name, options, held).then(
              () => this.run(resolve),
              (error: unknown) => this.run(() => reject(error as Error)),
            );
          }),
      },
      channel: (name, hear) => this.channel(this.prefix + name, hear),
    };
  }

  private channel(name: string, hear?: (message: unknown) => void): Channel {
    const channel = openChannel(name, hear && ((said) => this.run(() => hear(said))));
    this.channels.add(channel);
    return { say: (message) => this.run(() => channel.say(message)), close: () => channel.close() };
  }

  private run(action: () => void): void {
    if (this.isDead) return;
    if (this.frozen) this.frozen.push(action);
    else action();
  }
}
