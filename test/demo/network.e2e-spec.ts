import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium } from '../support/chromium.js';
import { launchBrowser } from './browser.js';
import { CuttableProxy } from './cuttable-proxy.js';
import { Demo } from './demo.js';
import { RestaurantPage } from './restaurant-page.js';

describeInChromium('The restaurant, on a network that breaks', () => {
  let demo: Demo;
  let proxy: CuttableProxy;
  let browser: Browser;
  let restaurant: RestaurantPage;

  beforeEach(async () => {
    demo = await Demo.start();
    proxy = await CuttableProxy.start(demo.port);
    browser = await launchBrowser();
    restaurant = await RestaurantPage.open(browser, proxy.address);
  });

  afterEach(async () => {
    await browser?.close();
    await proxy?.stop();
    await demo?.stop();
  });

  it('catches up on every way, by what the browser and socket.io do by themselves', async () => {
    const { guests } = restaurant;
    await restaurant.waitForStove(4);
    await restaurant.stopAutomatic();
    const dishes = await restaurant.stove();
    for (const guest of guests) await guest.isUpToDate();

    proxy.cut();
    await restaurant.guest('The table with one open line').is('the line broke, reconnects');
    await restaurant.guest('The birthday cake for everybody').is('the browser reconnects');
    const numbers: string[] = [];
    for (const dish of dishes) {
      const serving = await restaurant.cookFrom(demo.address);
      expect(serving.what).toBe(dish);
      numbers.push(String(serving.n));
    }

    proxy.restore();
    for (const guest of guests) {
      await guest.marks(numbers.at(-1)!, 'caught-up');
      expect(await guest.numbers('caught-up')).toEqual(numbers);
      expect((await guest.ticket()).slice(-dishes.length)).toEqual(dishes);
      expect(await guest.verdict()).toContain('missed 0 · twice 0');
    }
    expect(proxy.heads.some((head) => /\/events\?since.*last-event-id: \S+/is.test(head))).toBe(true);
  });

  it('says so when the restaurant was started anew, and finds the guest another table', async () => {
    const { page, guests } = restaurant;
    await guests[0]!.marks('1', 'heard');
    const anew = await Demo.start();
    proxy.target = anew.port;
    await demo.stop();
    demo = anew;

    await page.getByRole('alert').getByRole('button', { name: 'Sit down again' }).click();
    for (const guest of guests) await guest.marks('2', 'heard');
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });
});
