import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium } from '../support/chromium.js';
import { launchBrowser } from './browser.js';
import { Demo } from './demo.js';
import { RestaurantPage } from './restaurant-page.js';

jest.setTimeout(120_000);

const MENU = ['Onion soup', 'Gnocchi', 'Grilled trout', 'Ratatouille'];

describeInChromium('The charity, a second server', () => {
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

  const openByHand = async (...dishes: string[]) => {
    restaurant = await RestaurantPage.openByHand(browser, demo.address, dishes);
    return restaurant;
  };

  /** Cooks a dish, and packs it in a box of its own. */
  const packOne = async () => {
    await restaurant.pressAndSee('Cook the next dish');
    await restaurant.pressAndSee('Pack the leftovers');
  };

  it('is called with a box, and its driver’s signed call is heard on every way', async () => {
    const { guests, charity } = await openByHand('Gnocchi');
    await packOne();
    await charity.is('all fetched');
    await charity.wires(/POST \/leftovers, to the charity, signed\nwebhook-id: \S+\nleftovers\.packed/);
    await charity.wires(/POST \/webhooks\/charity, by the charity, verified\nleftovers\.fetched/);
    for (const guest of guests) await guest.tells('Leftovers fetched');
    for (const guest of guests) expect(await guest.ticket()).toEqual(['Gnocchi', 'Leftovers fetched']);
    expect(await charity.ticket()).toEqual(['Ada: 1 portion']);
    expect(await restaurant.charityBooks(demo.charity)).toMatchObject([
      { box: 1, portions: 1, driver: 'Ada', delivery: expect.stringMatching(/^\w+-\w+-\w+$/) },
    ]);
    expect(restaurant.complaints).toEqual([]);
  });

  it('closed, is tried again and then left alone; open again, is sent everything, once', async () => {
    const { charity } = await openByHand(...MENU);
    await packOne();
    await charity.marks('box 1', 'heard');

    await restaurant.switchCharity('closed');
    for (let boxes = 0; boxes < 3; boxes++) await packOne();
    await charity.wires(/consumer\.failed: attempt 2, again in .*\nconnect ECONNREFUSED/);
    await charity.wires('consumer.breaker-open');
    await charity.is('left alone for');
    await charity.counts('Waiting', /^3$/);
    await charity.counts('Breaker', /^open, \d+ s$/);
    await charity.counts('Failed calls', /^([5-9]|\d\d)$/);
    expect(await charity.numbers('pending')).toEqual(['box 2', 'box 3', 'box 4']);

    await restaurant.switchCharity('open');
    await charity.is('all fetched');
    await charity.wires('consumer.breaker-closed');
    expect(await charity.numbers('caught-up')).toEqual(['box 2', 'box 3', 'box 4']);
    expect(await charity.verdict()).toBe('4 heard missed 0 twice 0 3 caught up');
    await charity.counts('Waiting', /^0$/);
    await charity.counts('Breaker', /^closed$/);
    const books = await restaurant.charityBooks(demo.charity);
    expect(books.map(({ box }) => box).sort()).toEqual([1, 2, 3, 4]);
    expect(new Set(books.map(({ delivery }) => delivery)).size).toBe(4);
    expect(restaurant.complaints).toEqual([]);
  });

  it('closed for too long, is sent what was given up when somebody says so', async () => {
    const { charity } = await openByHand('Gnocchi');
    await restaurant.switchCharity('closed');
    await packOne();
    await charity.wires(/consumer\.dead-letter: attempt 5, given up/);
    await charity.counts('Given up', /^1$/);

    await restaurant.switchCharity('open');
    await charity.is('given up until it is sent again');
    await restaurant.press('Send again');
    await charity.is('all fetched');
    await charity.counts('Given up', /^0$/);
    expect(await restaurant.charityBooks(demo.charity)).toMatchObject([{ box: 1 }]);
  });

  it('cannot be impersonated', async () => {
    const { charity, guests } = await openByHand('Gnocchi');
    await restaurant.press('Send an impostor');
    await charity.is('an impostor was turned away');
    await charity.wires('401 the signature is wrong');
    await restaurant.pressAndSee('Cook the next dish');
    for (const guest of guests) await guest.tells('Gnocchi');
    for (const guest of guests) expect(await guest.ticket()).toEqual(['Gnocchi']);
  });
});
