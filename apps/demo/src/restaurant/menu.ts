/** What the kitchen can cook. */
export const MENU: readonly string[] = Object.freeze([
  'Onion soup',
  'Beetroot carpaccio',
  'Mushroom risotto',
  'Grilled trout',
  'Gnocchi',
  'Ratatouille',
  'Cheese board',
  'Apple tart',
]);

/** What a guest publishes to order something. */
export interface Wish {
  readonly dish: string;
}

/** Whether what a guest published is a wish the kitchen can fulfil: guests may send anything. */
export function isWish(data: unknown): data is Wish {
  return typeof data === 'object' && data !== null && MENU.includes((data as Partial<Wish>).dish ?? '');
}
