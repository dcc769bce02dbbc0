import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium } from '../support/chromium.js';
import { launchBrowser } from './browser.js';
import { CuttableProxy } from './cuttable-proxy.js';
import { Demo } from './demo.js';
import { RestaurantPage } from './restaurant-page.js';

jest.setTimeout(120_000);

describeInChromium('The restaurant, on a network that breaks', () => {
  let demo: Demo;
  let proxy: CuttableProxy;
  let browser: Browser;

  beforeEach(async () => {
    demo = await Demo.start();
    proxy = await CuttableProxy.start(demo.port);
    browser = await launchBrowser();
  });

  afterEach(async () => {
    await browser?.close();
    await proxy?.stop();
    await demo?.stop();
  });

  it('catches up on every way, by what the browser and socket.io do by themselves', async () => {
    const dishes = ['Onion soup', 'Gnocchi', 'Grilled trout', 'Ratatouille'];
    const restaurant = await RestaurantPage.openByHand(browser, proxy.address, ['Cheese board', ...dishes]);
    const { guests } = restaurant;
    await restaurant.pressAndSee('Cook the next dish');
    for (const guest of guests) await guest.marks('1', 'heard');

    proxy.cut();
    const broken = [
      'no answer, asks again',
      'no answer, asks again',
      'the line broke',
      'the browser reconnects',
    ];
    for (const [i, guest] of guests.entries()) await guest.is(broken[i]!);
    for (const _ of dishes) await restaurant.cookFrom(demo.address);

    proxy.restore();
    for (const guest of guests) {
      await guest.marks('5', 'caught-up');
      expect(await guest.numbers('caught-up')).toEqual(['2', '3', '4', '5']);
      expect(await guest.ticket()).toEqual(['Cheese board', ...dishes]);
      expect(await guest.verdict()).toBe('5 heard missed 0 twice 0 4 caught up');
    }
    expect(proxy.heads.some((head) => /\/events\?since.*last-event-id: \S+/is.test(head))).toBe(true);
  });

  it('says so when the restaurant was started anew, and finds the guest another table', async () => {
    const { page, guests } = await RestaurantPage.open(browser, proxy.address);
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
