import type { Locator, Page } from 'playwright-core';

type Mark = 'heard' | 'caught-up' | 'pending';

/** The ways that carry the order to a guest; the fifth is the charity's. */
export const GUESTS = [
  'The guest who keeps asking',
  'The waiter who stands in the kitchen',
  'The table with one open line',
  'The birthday cake for everybody',
] as const;

/** A card of the page, read as a guest reads it. */
export class WayCard {
  readonly card: Locator;

  constructor(
    private readonly page: Page,
    readonly name: string,
  ) {
    this.card = page.getByRole('article', { name });
  }

  /** Waits until this is the latest on the ticket. */
  async tells(what: string | RegExp): Promise<void> {
    await this.card.locator('.line:first-child .what', { hasText: what }).waitFor();
  }

  /** Waits until this number is on the strip, marked so. */
  async marks(number: string, mark: Mark): Promise<void> {
    const exactly = new RegExp(`^${number}$`);
    await this.card.locator(`.strip [data-mark="${mark}"]`, { hasText: exactly }).waitFor();
  }

  /** Waits until this number is on the strip, however it came to be heard. */
  async hears(number: string): Promise<void> {
    const exactly = new RegExp(`^${number}$`);
    await this.card.locator('.strip li:not([data-mark="pending"])', { hasText: exactly }).waitFor();
  }

  /** Waits until it has heard everything the kitchen tells. */
  async isUpToDate(): Promise<void> {
    await this.card.and(this.page.locator('[data-behind="0"]')).waitFor();
  }

  /** Waits for a state, such as `304 nothing new`. */
  async is(state: string): Promise<void> {
    await this.card.locator('.state', { hasText: state }).waitFor();
  }

  /** Waits until this went over the wire. */
  async wires(text: string | RegExp): Promise<void> {
    await this.card.locator('.wire code', { hasText: text }).last().waitFor();
  }

  /** The numbers on the strip, of all marks or of one. */
  numbers(mark?: Mark): Promise<string[]> {
    return this.card.locator(mark ? `.strip [data-mark="${mark}"]` : '.strip li').allTextContents();
  }

  /** What is on the table, in the order in which it came. */
  async ticket(): Promise<string[]> {
    return (await this.card.locator('.ticket .what').allTextContents()).toReversed();
  }

  async verdict(): Promise<string> {
    return (await this.card.locator('.verdict').innerText()).replaceAll(/\s+/g, ' ').trim();
  }

  /** Everything that is shown of what went over the wire. */
  wire(): Promise<string> {
    return this.card.locator('.wire ol').innerText();
  }

  /** Waits until the charity's `Waiting`, `Failed calls`, `Breaker` or `Given up` is this. */
  async counts(name: string, what: RegExp): Promise<void> {
    const place = this.card.locator('.outbox div', { hasText: name }).locator('dd');
    await place.and(this.page.getByText(what)).waitFor();
  }

  async requests(): Promise<number> {
    return Number(await this.card.locator('.requests').innerText());
  }
}
