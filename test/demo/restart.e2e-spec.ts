import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInChromium } from '../support/chromium.js';
import { launchBrowser } from './browser.js';
import { Demo } from './demo.js';
import { RestaurantPage } from './restaurant-page.js';

jest.setTimeout(120_000);

describeInChromium('The restaurant, killed and started again', () => {
  let demo: Demo;
  let browser: Browser;

  beforeEach(async () => {
    demo = await Demo.start();
    browser = await launchBrowser();
  });

  afterEach(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it('goes on: what hung on the spike is cooked, and no guest notices more than a pause', async () => {
    const dishes = ['Onion soup', 'Gnocchi', 'Grilled trout'];
    const restaurant = await RestaurantPage.openByHand(browser, demo.address, dishes);
    const { guests, page } = restaurant;
    await restaurant.conduct('automatically');
    for (const guest of guests) await guest.marks('1', 'heard');

    demo = await demo.killAndRestart();
    for (const guest of guests) await guest.hears('3');
    await restaurant.conduct('by hand');
    for (const guest of guests) {
      await guest.isUpToDate();
      expect((await guest.ticket()).filter((line) => !/cake|Leftovers/.test(line)).slice(0, 3)).toEqual(
        dishes,
      );
      expect(await guest.verdict()).toMatch(/missed 0 twice 0/);
      expect(await guest.wire()).not.toMatch(/reset|history lost/);
    }
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  it('still has the box that the charity could not fetch, and knows who does not cook by himself', async () => {
    const restaurant = await RestaurantPage.openByHand(browser, demo.address, ['Gnocchi', 'Ratatouille']);
    const { charity, guests } = restaurant;
    await restaurant.switchCharity('closed');
    await restaurant.pressAndSee('Cook the next dish');
    await restaurant.pressAndSee('Pack the leftovers');
    await charity.wires('consumer.failed: attempt 1');

    demo = await demo.killAndRestart();
    await charity.is('all fetched');
    for (const guest of guests) await guest.tells('Leftovers fetched');
    expect(await charity.ticket()).toEqual(['Ada: 1 portion']);
    expect(await restaurant.charityBooks(demo.charity)).toMatchObject([{ box: 1, portions: 1 }]);
    expect(await restaurant.spike()).toEqual(['Ratatouille']);
    await restaurant.pressAndSee('Cook the next dish');
    for (const guest of guests) await guest.tells('Ratatouille');
  });
});
