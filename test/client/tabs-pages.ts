import { Controller, Get, Header } from '@nestjs/common';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { ClientState } from 'nestjs-realtime-client';
import { Inbox } from '../support/inbox.js';
import { bundlePage } from './bundle.js';
import { startTabsApp, type TabsApp } from './tabs-app.js';

/** Follows `a` from its beginning, by the transports that the address says. */
const SOURCE = `
  import { createRealtimeClient } from 'nestjs-realtime-client';
  const transports = new URLSearchParams(location.search).getAll('by');
  const client = createRealtimeClient({ transports, waitS: 1, shareTabs: true });
  const told: string[] = [];
  Object.assign(globalThis, { told });
  client.onState(({ name, heldBy }) => tell({ name, heldBy }));
  client.subscribe('a', {
    since: 'earliest',
    onEvent: ({ topic, data }) => told.push(topic + ' ' + data),
    onReset: (reason) => told.push('reset ' + reason),
  });
`;

/** Real tabs of one browser, and the application that they follow. */
export class Tabs implements AsyncDisposable {
  readonly pages: TabPage[] = [];

  private constructor(
    readonly app: TabsApp,
    private readonly context: BrowserContext,
  ) {}

  static async start(browser: Browser): Promise<Tabs> {
    const code = await bundlePage(SOURCE);

    @Controller()
    class Pages {
      @Get('page')
      @Header('Content-Type', 'text/html')
      page(): string {
        return '<!doctype html><script type="module" src="/page.js"></script>';
      }

      @Get('page.js')
      @Header('Content-Type', 'text/javascript')
      script(): string {
        return code;
      }
    }

    const app = await startTabsApp({}, { controllers: [Pages] });
    return new Tabs(app, await browser.newContext());
  }

  /** Opens tabs, and waits until all are connected. */
  async open(count: number, transport: string): Promise<void> {
    const opened = await Promise.all(Array.from({ length: count }, () => this.openOne(transport)));
    this.pages.push(...opened);
    for (const { states } of opened) await states.until(({ name }) => name === 'live');
  }

  /** Takes out the one that holds the connection. */
  takeLeader(): TabPage {
    const at = this.pages.findIndex(({ state }) => state?.heldBy === 'this-tab');
    return this.pages.splice(at, 1)[0]!;
  }

  /** Resolves when one of these holds the connection. */
  async nextLeader(): Promise<void> {
    await Promise.any(this.pages.map((tab) => tab.leads()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await this.app.close();
  }

  private async openOne(transport: string): Promise<TabPage> {
    const tab = new TabPage(await this.context.newPage());
    await tab.open(`${this.app.url}/page?by=${transport}`);
    return tab;
  }
}

export class TabPage {
  readonly states = new Inbox<Pick<ClientState, 'name' | 'heldBy'>>();
  state: Pick<ClientState, 'name' | 'heldBy'> | undefined;
  private onLead: (() => void) | undefined;

  constructor(readonly page: Page) {}

  async open(url: string): Promise<void> {
    await this.page.exposeFunction('tell', (state: ClientState) => {
      this.state = state;
      this.states.push(state);
      if (state.name === 'live' && state.heldBy === 'this-tab') this.onLead?.();
    });
    await this.page.goto(url);
  }

  /** Resolves when it holds the connection. */
  leads(): Promise<void> {
    return new Promise((resolve) => (this.onLead = resolve));
  }

  /** Tells the page that it is hidden, or seen again: headless, every page is in front. */
  async look(visibilityState: 'hidden' | 'visible'): Promise<void> {
    await this.page.evaluate(`
      Object.defineProperty(document, 'visibilityState', { value: '${visibilityState}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    `);
  }

  /** All that its page was told, once there is so much. */
  async told(count: number): Promise<string[]> {
    await this.page.waitForFunction(`told.length >= ${count}`);
    return this.page.evaluate<string[]>('told');
  }
}
