import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { createRealtimeClient } from 'nestjs-realtime-client';
import { useTopic } from 'nestjs-realtime-client/react';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../demo/browser.js';
import { describeInChromium } from '../support/chromium.js';
import { type ClientPage, openClientPage } from './client-page.js';

/** Renders what is `show`n, in strict mode, and tells each view that was rendered and each event that was heard. */
const PAGE = `
  import { Activity, createElement, StrictMode, useEffect } from 'react';
  import { createRoot } from 'react-dom/client';
  import { createRealtimeClient } from 'nestjs-realtime-client';
  import { useTopic } from 'nestjs-realtime-client/react';

  const client = createRealtimeClient({ transports: ['sse'] });
  client.onState(({ name, reason }) => tell({ client: name, reason }));

  function Topic({ topic, since }) {
    const { state, snapshot, event, reset, error } = useTopic(client, topic, {
      since,
      onEvent: ({ topic, data }) => tell({ heard: topic, data }),
    });
    const view = { state: state.name, snapshot, data: event?.data, reset: reset?.reason, error: error?.code };
    const text = JSON.stringify(view);
    useEffect(() => void tell({ shown: JSON.parse(text) }), [text]);
    return createElement('output', null, text);
  }

  const root = createRoot(document.getElementById('root'));
  window.show = ({ mode = 'visible', ...props }) =>
    root.render(
      createElement(StrictMode, null, props.topic && createElement(Activity, { mode }, createElement(Topic, props))),
    );
`;

interface Shown {
  readonly mode?: 'visible' | 'hidden';
  readonly topic?: string | string[];
  readonly since?: string;
}

interface View {
  readonly state: string;
  readonly snapshot?: unknown;
  readonly data?: unknown;
  readonly reset?: string;
  readonly error?: string;
}

type Told = { readonly shown?: View; readonly heard?: string; readonly client?: string };

function show({ page }: ClientPage, shown: Shown): Promise<void> {
  return page.evaluate((props) => (globalThis as unknown as { show(props: Shown): void }).show(props), shown);
}

/** What was told up to and including the first view that is as expected. */
async function until({ told }: ClientPage, isLast: (view: View) => boolean): Promise<Told[]> {
  return (await told.until((one) => {
    const { shown } = one as Told;
    return shown !== undefined && isLast(shown);
  })) as Told[];
}

function heard(told: readonly Told[]): unknown[] {
  return told.filter((one) => one.heard !== undefined);
}

const isLive = ({ state, snapshot }: View) => state === 'live' && snapshot !== undefined;

describeInChromium('useTopic in a page', () => {
  let browser: Browser;
  beforeAll(async () => (browser = await launchBrowser()));
  afterAll(() => browser.close());

  it('shows the state, and each event that follows', async () => {
    await using page = await openClientPage(browser, PAGE);
    await show(page, { topic: 'orders/1' });
    await until(page, isLive);
    await page.app.bus.publish('orders/1', 'ready');
    await until(page, ({ data }) => data === 'ready');
    expect(JSON.parse((await page.page.textContent('output'))!)).toEqual({
      state: 'live',
      snapshot: { 'orders/1': 'order 1' },
      data: 'ready',
    });
  });

  it('hears every event once, in strict mode too', async () => {
    await using page = await openClientPage(browser, PAGE);
    await show(page, { topic: ['orders/1', 'menu'] });
    await until(page, isLive);
    for (let n = 1; n <= 20; n++) await page.app.bus.publish(n % 2 ? 'menu' : 'orders/1', n);
    const told = await until(page, ({ data }) => data === 20);
    expect(heard(told)).toEqual(
      Array.from({ length: 20 }, (_, at) => ({ heard: at % 2 ? 'orders/1' : 'menu', data: at + 1 })),
    );
  });

  it('follows another topic when it is given one', async () => {
    await using page = await openClientPage(browser, PAGE);
    await show(page, { topic: 'orders/1' });
    await until(page, isLive);
    await show(page, { topic: 'orders/2' });
    await until(page, ({ snapshot }) => JSON.stringify(snapshot) === '{"orders/2":"order 2"}');
    await page.app.bus.publish('orders/1', 1);
    await page.app.bus.publish('orders/2', 2);
    expect(heard(await until(page, ({ data }) => data !== undefined))).toEqual([
      { heard: 'orders/2', data: 2 },
    ]);
  });

  it('goes on where it was when it is shown again', async () => {
    await using page = await openClientPage(browser, PAGE);
    await show(page, { topic: 'orders/1' });
    await until(page, isLive);
    await show(page, { topic: 'orders/1', mode: 'hidden' });
    await page.told.until((one) => (one as Told).client === 'offline');
    await page.app.bus.publish('orders/1', 'meanwhile');
    await show(page, { topic: 'orders/1' });
    const told = await until(page, ({ data }) => data === 'meanwhile');
    expect(heard(told)).toEqual([{ heard: 'orders/1', data: 'meanwhile' }]);
  });

  it('follows nothing once it is gone', async () => {
    await using page = await openClientPage(browser, PAGE);
    await show(page, { topic: 'orders/1' });
    await until(page, isLive);
    await show(page, {});
    expect((await page.told.until((one) => (one as Told).client === 'offline')).at(-1)).toEqual({
      client: 'offline',
      reason: 'idle',
    });
  });

  it('shows that history was lost, until a snapshot comes', async () => {
    await using page = await openClientPage(browser, PAGE);
    await show(page, { topic: 'menu', since: 'other-1-0' });
    expect((await until(page, ({ reset }) => reset !== undefined)).at(-1)).toMatchObject({
      shown: { reset: 'epoch' },
    });
    await show(page, { topic: 'orders/1', since: 'other-1-0' });
    expect((await until(page, isLive)).at(-1)!.shown).toEqual({
      state: 'live',
      snapshot: { 'orders/1': 'order 1' },
    });
  });

  it('shows that the server refuses', async () => {
    await using page = await openClientPage(browser, PAGE);
    await show(page, { topic: 'closed' });
    expect((await until(page, ({ error }) => error !== undefined)).at(-1)).toMatchObject({
      shown: { error: 'forbidden' },
    });
  });
});

describe('useTopic on a server', () => {
  it('renders what is known before anything is followed', () => {
    const client = createRealtimeClient({ url: 'http://127.0.0.1:9' });
    const Topic = () => createElement('p', null, JSON.stringify(useTopic(client, 'menu')));
    const html = renderToString(createElement(Topic)).replaceAll('&quot;', '"');
    expect(html).toBe('<p>{"state":{"name":"offline","reason":"idle"}}</p>');
    expect(client.state).toEqual({ name: 'offline', reason: 'idle' });
    client.close();
  });
});
