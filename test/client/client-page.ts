import { Controller, Get, Header, type ModuleMetadata, Param } from '@nestjs/common';
import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import { TopicPolicy, type TopicAccess, type TopicPolicyHandler } from 'nestjs-realtime';
import { type RunningApp, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { bundle } from './bundle.js';

@TopicPolicy('**')
class Everything implements TopicPolicyHandler {
  canSubscribe({ topic }: TopicAccess): boolean {
    return !topic.startsWith('closed');
  }
}

@TopicPolicy('orders/:id')
class Orders implements TopicPolicyHandler {
  canSubscribe(): boolean {
    return true;
  }

  snapshot({ params }: TopicAccess): unknown {
    return `order ${params['id']}`;
  }
}

/** An application whose topics all may follow but for `closed`; those of orders have a state. */
export function startTopics(more: ModuleMetadata = {}): Promise<RunningApp> {
  return startApp({
    ...more,
    providers: [Everything, Orders],
    application: { forceCloseConnections: true },
    realtime: { sse: { heartbeatMs: 50 }, shortPoll: { intervalMs: 20 } },
  });
}

/** A page of the application's own in a real browser, which runs `source` and tells what it likes by `tell`. */
export interface ClientPage extends AsyncDisposable {
  readonly app: RunningApp;
  readonly page: Page;
  /** Names of the files that it has loaded. */
  readonly loaded: readonly string[];
  /** What the page told. It fails when the page does, or when something complains in its console. */
  readonly told: Inbox<unknown>;
}

export async function openClientPage(browser: Browser, source: string): Promise<ClientPage> {
  const { entry, files } = await bundle(source);

  @Controller('page')
  class Pages {
    @Get()
    @Header('Content-Type', 'text/html')
    page(): string {
      return `<!doctype html><div id="root"></div><script type="module" src="/page/${entry}"></script>`;
    }

    @Get(':file')
    @Header('Content-Type', 'text/javascript')
    script(@Param('file') file: string): string | undefined {
      return files.get(file);
    }
  }

  const app = await startTopics({ controllers: [Pages] });
  const page = await browser.newPage();
  const told = new Inbox<unknown>();
  const loaded: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'script') loaded.push(request.url().split('/').at(-1)!);
  });
  page.on('pageerror', told.fail);
  page.on('console', (message) => {
    if (isComplaint(message)) told.fail(new Error(message.text()));
  });
  await page.exposeFunction('tell', told.push);
  await page.goto(`${app.url}/page`);
  return {
    app,
    page,
    loaded,
    told,
    [Symbol.asyncDispose]: async () => {
      await page.close();
      await app.close();
    },
  };
}

/** That an answer was an error, which a browser always says, is none. */
function isComplaint(message: ConsoleMessage): boolean {
  return ['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load');
}
