import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { describeInChromium } from '../support/chromium.js';
import { launchBrowser } from './browser.js';
import { Demo } from './demo.js';
import { RestaurantPage } from './restaurant-page.js';

const run = promisify(execFile);

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

  it('is alive without a click: the same dishes reach the guest in four ways', async () => {
    const { guests, complaints } = await open();
    for (const guest of guests) await guest.marks('3', 'heard');
    await restaurant.stopAutomatic();
    for (const guest of guests) await guest.isUpToDate();
    const served = (await restaurant.served()).filter((number) => !number.startsWith('cake'));
    for (const guest of guests) {
      expect((await guest.numbers()).filter((number) => !number.startsWith('cake'))).toEqual(served);
      expect(await guest.verdict()).toContain('missed 0 · twice 0');
    }
    expect(complaints).toEqual([]);
  });

  it('shows how each way asks', async () => {
    const [short, long, table, stream] = (await open()).guests;
    await short!.wires('202 not ready');
    await short!.wires('200 something new');
    await long!.wires(/200 #/);
    await table!.wires('101 Switching Protocols');
    await stream!.wires('event: $live');
    await restaurant.stopAutomatic();
    await short!.is('304 nothing new');
    await long!.is('standing in the kitchen');
    expect(await table!.requests()).toBe(1);
    expect(await stream!.requests()).toBe(1);
    expect(restaurant.complaints).toEqual([]);
  });

  it('takes an order over the socket that serves it', async () => {
    const { guests, page } = await open();
    await restaurant.stopAutomatic();
    await page.getByRole('button', { name: 'Apple tart' }).click();
    await page.locator('#stove li:last-child', { hasText: 'Apple tart' }).waitFor();
    await guests[2]!.wires(
      /"publish",\{"topic":"orders\/\d+\/wishes","type":"wish","data":\{"dish":"Apple tart"\}\}/,
    );
    for (const dish of await restaurant.stove()) {
      await restaurant.pressAndSee('Cook the next dish');
      for (const guest of guests) await guest.tells(dish);
    }
    expect(await page.getByRole('button', { name: 'Cook the next dish' }).isDisabled()).toBe(true);
  });

  it('carries the cake to everybody in the house, and to the stream only', async () => {
    const other = await RestaurantPage.open(browser, demo.address);
    const { guests } = await open();
    await Promise.all([restaurant.stopAutomatic(), other.stopAutomatic()]);
    await other.pressAndSee('Bring out the cake');
    await restaurant.guest('The birthday cake for everybody').tells('Birthday cake');
    await other.guest('The birthday cake for everybody').tells('Birthday cake');
    for (const guest of guests.slice(0, 3)) expect(await guest.ticket()).not.toContain('Birthday cake');
    await other.page.close();
  });

  it('misses nothing while the network is cut', async () => {
    const { guests, charity } = await open();
    await restaurant.waitForStove(5);
    await restaurant.stopAutomatic();
    for (const guest of guests) await guest.isUpToDate();
    const before = await restaurant.served();
    const dishes = await restaurant.stove();

    await restaurant.switchNetwork();
    for (const guest of guests) await guest.is('cut off');
    for (const _ of dishes) await restaurant.pressAndSee('Cook the next dish');
    await restaurant.pressAndSee('Bring out the cake');
    await restaurant.pressAndSee('Send the driver');
    await charity.tells('Ada fetched');

    const missing = (await restaurant.served()).slice(before.length);
    expect(missing).toHaveLength(dishes.length + 2);
    for (const guest of guests) expect(await guest.numbers('pending')).toEqual(hearable(guest.name, missing));

    await restaurant.switchNetwork();
    const news = [...dishes, 'Birthday cake', expect.stringMatching(/^Leftovers: \d+ fetched$/)];
    for (const guest of guests) {
      await guest.isUpToDate();
      const expected = guest.name.includes('cake') ? news : news.filter((what) => what !== 'Birthday cake');
      expect((await guest.ticket()).slice(-expected.length)).toEqual(expected);
      expect(await guest.numbers('caught-up')).toEqual(hearable(guest.name, missing));
      expect(await guest.verdict()).toContain(`missed 0 · twice 0 · ${expected.length} caught up`);
    }
    expect(restaurant.complaints).toEqual([]);
  });

  it('hears the driver’s signed call on every way, and turns an impostor away', async () => {
    const { guests, charity } = await open();
    await guests[3]!.marks('2', 'heard');
    await restaurant.stopAutomatic();
    await restaurant.press('Send an impostor');
    await charity.is('an impostor was turned away');
    await charity.wires('401');
    await restaurant.pressAndSee('Send the driver');
    await charity.is('leftovers fetched');
    await charity.wires(/verified, published to webhooks\/charity/);
    for (const guest of guests) await guest.tells(/^Leftovers: \d+ fetched$/);
    expect(await charity.ticket()).toEqual([expect.stringMatching(/^Ada fetched \d+ portions?$/)]);
  });

  it('takes the call of the curl line on the page', async () => {
    const { guests, charity, page } = await open();
    await restaurant.stopAutomatic();
    const lines = await page.locator('#curl').innerText();
    const { stdout } = await run('sh', ['-c', lines]);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK/);
    await charity.tells('Curl fetched');
    for (const guest of guests) await guest.tells(/^Leftovers: \d+ fetched$/);
  });

  it.each([
    ['desktop', 'light', 1440, 900],
    ['desktop', 'dark', 1440, 900],
    ['phone', 'light', 390, 844],
    ['phone', 'dark', 390, 844],
  ] as const)('fits a %s, %s', async (device, colorScheme, width, height) => {
    const { guests, page } = await open({ colorScheme, viewport: { width, height } });
    for (const guest of guests) await guest.marks('4', 'heard');
    await page.screenshot({ path: `.tmp/demo/${device}-${colorScheme}.png`, fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});

/** What a way is told: the cake goes over the stream only. */
function hearable(name: string, numbers: readonly string[]): string[] {
  return numbers.filter((number) => name.includes('cake') || !number.startsWith('cake'));
}
