import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium } from '../support/chromium.js';
import { until } from '../support/until.js';
import { launchBrowser } from '../demo/browser.js';
import { publishOn } from './tabs-app.js';
import { type TabPage, Tabs } from './tabs-pages.js';

describeInChromium('ten tabs of a real browser', () => {
  let browser: Browser;
  beforeAll(async () => (browser = await launchBrowser()));
  afterAll(() => browser.close());

  async function expectAll(pages: readonly TabPage[], told: readonly string[]): Promise<void> {
    for (const page of pages) expect(await page.told(told.length)).toEqual(told);
  }

  it.each(['websocket', 'sse', 'long-poll'])(
    'have one connection by %s, and it moves without a gap when its tab is closed',
    async (transport) => {
      await using tabs = await Tabs.start(browser);
      await tabs.open(10, transport);
      await until(() => tabs.app.connections() === 1);
      const stop = publishOn(tabs.app);
      for (let round = 0; round < 2; round++) {
        const gone = tabs.takeLeader();
        const moved = tabs.nextLeader();
        await gone.told(10);
        await gone.page.close();
        await moved;
      }
      const told = await stop();
      await expectAll(tabs.pages, told);
      expect(tabs.pages).toHaveLength(8);
      await until(() => tabs.app.connections() === 1);
    },
  );

  it('go on when the one that has the connection crashes', async () => {
    await using tabs = await Tabs.start(browser);
    await tabs.open(3, 'sse');
    const stop = publishOn(tabs.app);
    const gone = tabs.takeLeader();
    const moved = tabs.nextLeader();
    await gone.told(10);
    const session = await gone.page.context().newCDPSession(gone.page);
    // It is not answered: nobody is left to do that.
    void session.send('Page.crash').catch(() => undefined);
    await moved;
    await expectAll(tabs.pages, await stop());
    await until(() => tabs.app.connections() === 1);
  });

  it('go on when that one is to be frozen, and it catches up when it is resumed', async () => {
    await using tabs = await Tabs.start(browser);
    await tabs.open(3, 'sse');
    const stop = publishOn(tabs.app);
    const frozen = tabs.takeLeader();
    const moved = tabs.nextLeader();
    await frozen.page.evaluate(`document.dispatchEvent(new Event('freeze'))`);
    await moved;
    await frozen.page.evaluate(`document.dispatchEvent(new Event('resume'))`);
    await frozen.states.until(({ name, heldBy }) => name === 'live' && heldBy === 'another-tab');
    await expectAll([...tabs.pages, frozen], await stop());
    await until(() => tabs.app.connections() === 1);
  });

  it('go on when that one hangs, and it catches up when it goes on', async () => {
    await using tabs = await Tabs.start(browser);
    await tabs.open(3, 'sse');
    const stop = publishOn(tabs.app);
    const hung = tabs.takeLeader();
    const moved = tabs.nextLeader();
    const session = await hung.page.context().newCDPSession(hung.page);
    await session.send('Debugger.enable');
    await session.send('Debugger.pause');
    await moved;
    await session.send('Debugger.disable');
    await hung.states.until(({ name, heldBy }) => name === 'live' && heldBy === 'another-tab');
    await expectAll([...tabs.pages, hung], await stop());
    await until(() => tabs.app.connections() === 1);
  });

  it('go on when nobody looks at that one any more, and it catches up when somebody does', async () => {
    await using tabs = await Tabs.start(browser);
    await tabs.open(3, 'sse');
    const stop = publishOn(tabs.app);
    const hidden = tabs.takeLeader();
    const moved = tabs.nextLeader();
    await hidden.page.clock.install();
    await hidden.look('hidden');
    await hidden.page.clock.fastForward(30_000);
    await moved;
    await hidden.look('visible');
    await hidden.states.until(({ name, heldBy }) => name === 'live' && heldBy === 'another-tab');
    await expectAll([...tabs.pages, hidden], await stop());
    await until(() => tabs.app.connections() === 1);
  });
});
