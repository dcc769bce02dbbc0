import type { Seat } from '../../apps/demo/src/restaurant/seat.js';
import type { Demo } from './demo.js';

/** Sits down at a table of the demo, with the company of `companion`'s token if there is one. */
export async function sitDown(demo: Demo, companion?: string): Promise<Seat> {
  const headers = companion ? { authorization: `Bearer ${companion}` } : undefined;
  const response = await fetch(`${demo.address}/orders`, { method: 'POST', headers });
  return (await response.json()) as Seat;
}
