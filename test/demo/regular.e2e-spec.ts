import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium } from '../support/chromium.js';
import { launchBrowser } from './browser.js';
import { CuttableProxy } from './cuttable-proxy.js';
import { Demo } from './demo.js';
import { Regular } from './regular.js';
import { RestaurantPage } from './restaurant-page.js';

jest.setTimeout(120_000);

const DISHES = ['Onion soup', 'Gnocchi', 'Grilled trout', 'Ratatouille', 'Cheese board', 'Apple tart'];

describeInChromium('The regular, whom the client serves', () => {
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

  it('falls to the next way when one is blocked, climbs back, and misses nothing meanwhile', async () => {
    const restaurant = await RestaurantPage.openByHand(browser, demo.address, DISHES);
    const regular = new Regular(restaurant);
    const [short, long, table, stream] = restaurant.guests;
    let dishes = 0;
    const cook = async () => {
      await restaurant.press('Cook the next dish');
      await regular.hears(`${++dishes}`);
    };
    await regular.is('live by WebSocket');
    await regular.explains('The best way is open.');
    await cook();

    await regular.turn('WebSocket', 'blocked');
    await regular.is('live by Server-Sent Events');
    await regular.explains(/No WebSocket to http:\S+: websocket error/);
    await table!.is('the line broke, reconnects');
    await cook();

    await regular.turn('Server-Sent Events', 'blocked');
    await regular.is('live by Long polling');
    await regular.explains('The server answered with 502.');
    await stream!.is('refused, asks again');
    await cook();

    await regular.turn('Long polling', 'blocked');
    await regular.is('live by Short polling');
    await long!.is('no answer, asks again');
    await cook();
    await short!.isUpToDate();
    for (const guest of [table!, stream!, long!]) expect(await guest.verdict()).toMatch(/[123] behind$/);

    await regular.turn('Server-Sent Events', 'open');
    await regular.is('live by Server-Sent Events');
    await regular.explains(/No WebSocket to http:\S+: websocket error/);
    await cook();

    await regular.turn('Long polling', 'open');
    await regular.turn('WebSocket', 'open');
    await regular.is('live by WebSocket');
    await cook();

    expect(await regular.cameBy()).toEqual(['socket', 'sse', 'long', 'short', 'sse', 'socket']);
    expect(await regular.verdict()).toMatch(/^6 heard missed 0 twice 0/);
    for (const guest of restaurant.guests) {
      await guest.isUpToDate();
      expect(await guest.ticket()).toEqual(DISHES);
      expect(await guest.verdict()).toMatch(/^6 heard missed 0 twice 0/);
    }
    expect(restaurant.errors).toEqual([]);
  });

  it('catches up when the network was cut', async () => {
    const restaurant = await RestaurantPage.openByHand(browser, demo.address, DISHES);
    const regular = new Regular(restaurant);
    await restaurant.pressAndSee('Cook the next dish');
    await regular.marks('1', 'heard');
    await restaurant.switchNetwork();
    await regular.is('offline');
    for (let dishes = 0; dishes < 3; dishes++) await restaurant.pressAndSee('Cook the next dish');
    expect(await regular.numbers('pending')).toEqual(['2', '3', '4']);
    await restaurant.switchNetwork();
    await regular.isUpToDate();
    expect(await regular.numbers('caught-up')).toEqual(['2', '3', '4']);
    expect(await regular.verdict()).toBe('4 heard missed 0 twice 0 3 caught up');
  });

  it('is told by the best way again when the restaurant was started anew, and nothing is blocked', async () => {
    const restaurant = await RestaurantPage.openByHand(browser, demo.address, DISHES);
    const regular = new Regular(restaurant);
    await regular.turn('WebSocket', 'blocked');
    await regular.is('live by Server-Sent Events');
    demo = await demo.killAndRestart();
    await regular.shows('WebSocket', 'open');
    await regular.is('live by WebSocket');
    await restaurant.press('Cook the next dish');
    await regular.hears('1');
    expect(await regular.cameBy()).toEqual(['socket']);
  });

  it('shares one connection between the tabs of a browser, and their network', async () => {
    const context = await browser.newContext();
    const open = async () => {
      const restaurant = await RestaurantPage.openByHand(context, proxy.address, ['Gnocchi']);
      const regular = new Regular(restaurant);
      await regular.is('live by WebSocket');
      await restaurant.press('Cook the next dish');
      await regular.hears('1');
      return { restaurant, regular };
    };
    const upgrades = () => proxy.heads.filter((head) => /^upgrade: websocket/im.test(head)).length;

    const first = await open();
    await first.regular.explains('Held by this tab');
    // The table's, the regular's and the window's.
    expect(upgrades()).toBe(3);

    const second = await open();
    await second.regular.explains('Shared: held by another tab.');
    expect(upgrades()).toBe(4);

    await second.regular.turn('WebSocket', 'blocked');
    for (const { regular } of [first, second]) await regular.is('live by Server-Sent Events');
    await first.restaurant.page.close();
    await second.regular.explains('Held by this tab');
    await second.regular.is('live by Server-Sent Events');
    await second.restaurant.press('Bring out the cake');
    await second.regular.hears('cake 1');
    expect(await second.regular.verdict()).toMatch(/^2 heard missed 0 twice 0/);
  });
});
