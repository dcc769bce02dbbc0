import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { describeInChromium } from '../support/chromium.js';
import { launchBrowser } from './browser.js';
import { Demo } from './demo.js';
import { RestaurantPage } from './restaurant-page.js';
import type { WayCard } from './way-card.js';

const run = promisify(execFile);

jest.setTimeout(120_000);

describeInChromium('The restaurant, in a browser', () => {
  let demo: Demo;
  let browser: Browser;
  let restaurant: RestaurantPage;

  beforeAll(async () => {
    demo = await Demo.start();
    browser = await launchBrowser();
  });

  afterEach(() => restaurant.page.close());

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const open = async (options = {}) => {
    restaurant = await RestaurantPage.open(browser, demo.address, options);
    return restaurant;
  };

  const openByHand = async (...dishes: string[]) => {
    restaurant = await RestaurantPage.openByHand(browser, demo.address, dishes);
    return restaurant;
  };

  it('is alive without a click: the order reaches the page in all five ways', async () => {
    const { guests, charity, complaints } = await open();
    for (const guest of guests) await guest.marks('3', 'heard');
    await charity.tells(/^\w+: \d portions$/);
    await restaurant.conduct('by hand');
    for (const guest of guests) {
      await guest.isUpToDate();
      expect(await guest.verdict()).toMatch(/^\d+ heard missed 0 twice 0/);
    }
    expect(complaints).toEqual([]);
  });

  it('shows how each way asks, and how often', async () => {
    const [short, long, table, stream] = (await openByHand('Gnocchi')).guests;
    await short!.is('202 not ready');
    await restaurant.pressAndSee('Cook the next dish');
    await short!.wires('200 something new');
    await short!.is('304 nothing new');
    await short!.wires(/^GET \/orders\/\d+\nIf-None-Match: W\/"\S+"$/);
    await long!.wires('200 #1');
    await long!.is('standing in the kitchen');
    await table!.wires('101 Switching Protocols');
    await stream!.wires('event: $live');
    await stream!.wires('event: dish.served #1');
    expect(await long!.requests()).toBe(2);
    expect(await table!.requests()).toBe(1);
    expect(await stream!.requests()).toBe(1);
    expect(restaurant.complaints).toEqual([]);
  });

  it('takes an order over the socket that serves it', async () => {
    const { guests, page } = await openByHand('Apple tart', 'Onion soup');
    await guests[2]!.wires(
      /"publish",\{"topic":"orders\/\d+\/wishes","type":"wish","data":\{"dish":"Apple tart"\}\}/,
    );
    for (const dish of ['Apple tart', 'Onion soup']) {
      await restaurant.pressAndSee('Cook the next dish');
      for (const guest of guests) await guest.tells(dish);
    }
    expect(await page.getByRole('button', { name: 'Cook the next dish' }).isDisabled()).toBe(true);
  });

  it('carries the cake to everybody in the house, and on the stream only', async () => {
    const other = await RestaurantPage.openByHand(browser, demo.address, []);
    const { guests } = await openByHand('Gnocchi');
    await other.pressAndSee('Bring out the cake');
    await restaurant.pressAndSee('Cook the next dish');
    for (const guest of guests) await guest.tells('Gnocchi');
    for (const guest of guests) {
      expect(await guest.ticket()).toEqual(hearable(guest, ['Birthday cake', 'Gnocchi']));
    }
    await other.guest('The birthday cake for everybody').tells('Birthday cake');
    await other.page.close();
  });

  it('misses nothing while the network is cut', async () => {
    const { guests, charity } = await openByHand('Onion soup', 'Gnocchi', 'Grilled trout', 'Ratatouille');
    await restaurant.pressAndSee('Cook the next dish');
    for (const guest of guests) await guest.marks('1', 'heard');

    await restaurant.switchNetwork();
    for (const guest of guests) await guest.is('cut off');
    for (let dishes = 0; dishes < 3; dishes++) await restaurant.pressAndSee('Cook the next dish');
    await restaurant.pressAndSee('Bring out the cake');
    await restaurant.pressAndSee('Pack the leftovers');
    await charity.tells('Ada: 4 portions');
    const cake = (await restaurant.served()).find((number) => number.startsWith('cake'))!;
    const numbers = ['2', '3', '4', cake, '5'];
    for (const guest of guests) expect(await guest.numbers('pending')).toEqual(hearable(guest, numbers));

    await restaurant.switchNetwork();
    const news = ['Gnocchi', 'Grilled trout', 'Ratatouille', 'Birthday cake', 'Leftovers fetched'];
    for (const guest of guests) {
      await guest.isUpToDate();
      expect(await guest.ticket()).toEqual(['Onion soup', ...hearable(guest, news)]);
      expect(await guest.numbers('caught-up')).toEqual(hearable(guest, numbers));
      expect(await guest.verdict()).toMatch(/missed 0 twice 0 [45] caught up$/);
    }
    expect(restaurant.errors).toEqual([]);
  });

  it('hangs up in the background, and catches up in the foreground', async () => {
    const { guests } = await openByHand('Onion soup', 'Gnocchi');
    await restaurant.pressAndSee('Cook the next dish');
    for (const guest of guests) await guest.marks('1', 'heard');
    await restaurant.pretendHidden(true);
    for (const guest of guests) await guest.is('cut off');
    await restaurant.pressAndSee('Cook the next dish');
    await restaurant.pretendHidden(false);
    for (const guest of guests) {
      await guest.marks('2', 'caught-up');
      expect(await guest.verdict()).toBe('2 heard missed 0 twice 0 1 caught up');
    }
  });

  it('takes the call of the curl line on the page', async () => {
    const { guests, charity, page } = await openByHand();
    const { stdout } = await run('sh', ['-c', await page.locator('#curl').innerText()]);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK/);
    await charity.tells('Curl: 0 portions');
    for (const guest of guests) await guest.tells('Leftovers fetched');
  });

  it.each([
    ['desktop', 1440, 900],
    ['laptop', 900, 700],
    ['tablet', 820, 1180],
    ['phone', 390, 844],
  ])('fits a %s, by day and by night', async (device, width, height) => {
    const dishes = ['Onion soup', 'Gnocchi', 'Grilled trout', 'Mushroom risotto', 'Beetroot carpaccio'];
    const { guests, charity, page } = await openByHand(
      ...dishes,
      'Ratatouille',
      'Cheese board',
      'Apple tart',
    );
    await page.setViewportSize({ width, height });
    for (let dishes = 0; dishes < 3; dishes++) await restaurant.pressAndSee('Cook the next dish');
    await restaurant.pressAndSee('Pack the leftovers');
    await charity.tells('Ada: 3 portions');
    for (const guest of guests) await guest.tells('Leftovers fetched');
    await page.evaluate('scrollTo(0, 0)');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: `.tmp/demo/${device}-${colorScheme}.png`, fullPage: true });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  });
});

/** Of these, what a way is told: cake goes over the stream only. */
function hearable({ name }: WayCard, things: readonly string[]): string[] {
  return things.filter((thing) => name.includes('cake') || !/cake/i.test(thing));
}
