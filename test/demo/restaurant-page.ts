import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { GUESTS, WayCard } from './way-card.js';

/** A line of the charity's books. */
export interface CharityEntry {
  readonly box: number;
  readonly portions: number;
  readonly driver: string;
  /** The id of the call by which it came. */
  readonly delivery: string;
}

/** The page, with what a guest can see and do on it. */
export class RestaurantPage {
  /** What the browser's console complained of. */
  readonly complaints: string[] = [];
  readonly guests: readonly WayCard[];
  readonly charity: WayCard;
  private access: { order: string; token: string } | undefined;

  private constructor(readonly page: Page) {
    this.guests = GUESTS.map((name) => new WayCard(page, name));
    this.charity = new WayCard(page, 'The leftovers');
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
  }

  /** What was wrong with the page, whatever its network did. */
  get errors(): string[] {
    return this.complaints.filter((text) => !/^(Failed to load resource|WebSocket connection)/.test(text));
  }

  /** Opens the page as a new guest. */
  static async open(
    browser: Browser,
    address: string,
    options: BrowserContextOptions = {},
  ): Promise<RestaurantPage> {
    const restaurant = new RestaurantPage(await browser.newPage(options));
    await restaurant.enter(address);
    return restaurant;
  }

  /** Opens the page, in a browser of its own or with others, so that nothing is done but by hand. */
  static async openByHand(
    browser: Browser | BrowserContext,
    address: string,
    dishes: readonly string[],
  ): Promise<RestaurantPage> {
    const restaurant = new RestaurantPage(await browser.newPage());
    const told = restaurant.page.waitForResponse((response) => response.url().endsWith('/kitchen'));
    await restaurant.enter(`${address}/#by-hand`);
    await told;
    for (const dish of dishes) await restaurant.order(dish);
    return restaurant;
  }

  /** Orders from the menu, and waits until the kitchen knows. */
  async order(dish: string): Promise<void> {
    const before = (await this.spike()).length;
    await this.press(dish);
    await this.waitForSpike(before + 1);
  }

  guest(name: (typeof GUESTS)[number]): WayCard {
    return this.guests[GUESTS.indexOf(name)]!;
  }

  /** What the kitchen has done: the numbers that it served; a cake is `cake 1`, a packed box `box 1`. */
  served(): Promise<string[]> {
    return this.page.getByRole('list', { name: 'Served so far' }).getByRole('listitem').allTextContents();
  }

  /** What is on order, first to be served first. */
  spike(): Promise<string[]> {
    return this.page.getByRole('list', { name: 'On the spike' }).getByRole('listitem').allTextContents();
  }

  async waitForSpike(dishes: number): Promise<void> {
    await this.page.locator(`#spike li:nth-child(${dishes})`).waitFor();
  }

  async press(button: string): Promise<void> {
    await this.page.getByRole('button', { name: button, exact: true }).click();
  }

  /** Presses a button of the kitchen, and waits until its strip shows what came of it. */
  async pressAndSee(button: string): Promise<void> {
    const before = (await this.served()).length;
    await this.press(button);
    await this.page.locator(`#served li:nth-child(${before + 1})`).waitFor();
  }

  /** Says how the page orders and the kitchen works from here on. */
  async conduct(how: 'automatically' | 'by hand'): Promise<void> {
    const told = this.page.waitForResponse((response) => response.url().endsWith('/kitchen'));
    const box = this.page.getByRole('checkbox', { name: 'Orders and cooks by itself' });
    await box.setChecked(how === 'automatically');
    await told;
  }

  async switchNetwork(): Promise<void> {
    await this.page.getByRole('switch', { name: 'Network' }).click();
  }

  /** Turns the charity's switch, and waits until the page knows. */
  async switchCharity(to: 'open' | 'closed'): Promise<void> {
    await this.page.getByRole('switch', { name: 'Charity' }).click();
    await this.page.getByRole('switch', { name: 'Charity', checked: to === 'open' }).waitFor();
  }

  /** What the charity says it has fetched from this table. */
  async charityBooks(address: string): Promise<CharityEntry[]> {
    const response = await fetch(address);
    const entries = (await response.json()) as (CharityEntry & { order: string })[];
    return entries.filter(({ order }) => order === this.access?.order);
  }

  /** Tells the page that its tab went to the background: headless, every page is in front. */
  async pretendHidden(isHidden: boolean): Promise<void> {
    await this.page.evaluate(`
      Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    `);
  }

  private async enter(address: string): Promise<void> {
    const seated = this.page.waitForResponse((response) => response.url().endsWith('/orders'));
    await this.page.goto(address);
    this.access = await (await seated).json();
  }

  /** Cooks without the page, for when that cannot reach the kitchen. */
  async cookFrom(address: string): Promise<void> {
    const { order, token } = this.access!;
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${address}/orders/${order}/dishes`, { method: 'POST', headers });
    if (response.status !== 201) throw new Error(`The kitchen answered ${response.status}.`);
    await response.arrayBuffer();
  }
}
