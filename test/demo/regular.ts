import type { Locator } from 'playwright-core';
import type { RestaurantPage } from './restaurant-page.js';
import { WayCard } from './way-card.js';

/** The transports that the page's network can block. */
export type Gate = 'WebSocket' | 'Server-Sent Events' | 'Long polling';

/** The guest whom the client serves, read as one reads the page. */
export class Regular extends WayCard {
  constructor(private readonly restaurant: RestaurantPage) {
    super(restaurant.page, 'The regular, who knows every way');
  }

  /** Blocks a transport that is open, or opens one that is blocked, and waits until the page shows it. */
  async turn(gate: Gate, to: 'open' | 'blocked'): Promise<void> {
    await this.gate(gate, to === 'blocked').click();
    await this.shows(gate, to);
  }

  /** Waits until the page shows a transport as open or blocked. */
  async shows(gate: Gate, how: 'open' | 'blocked'): Promise<void> {
    await this.gate(gate, how === 'open').waitFor();
  }

  /** Waits until it says this about why it is told by this transport, or about who holds the connection. */
  async explains(what: string | RegExp): Promise<void> {
    await this.card.locator('.badge p', { hasText: what }).waitFor();
  }

  /** By which way each number on the strip came, in the order of the strip. */
  cameBy(): Promise<(string | null)[]> {
    return this.card
      .locator('.strip li')
      .evaluateAll((cells: { getAttribute(name: string): string | null }[]) =>
        cells.map((cell) => cell.getAttribute('data-way')),
      );
  }

  private gate(name: Gate, checked: boolean): Locator {
    return this.restaurant.page.getByRole('switch', { name, checked });
  }
}
