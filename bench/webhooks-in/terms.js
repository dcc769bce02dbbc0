import { createHmac } from 'node:crypto';
import { EVENT } from '../shared/event.js';

export const SECRET = 'a secret that the sender shows once';
export const PATH = '/hooks/github';
/** Connections of the sender, each of which waits for an answer before it sends again. */
export const CONNECTIONS = 32;

/** What a delivery of GitHub's looks like: a few hundred bytes more than the event. */
const TEMPLATE = JSON.stringify({
  action: 'opened',
  number: 1e9,
  order: EVENT,
  sender: { login: 'octocat' },
});

/**
 * No two deliveries are alike: what was sent before would be a duplicate.
 * @param {number} number below 9e9
 */
export function deliveryOf(number) {
  const body = TEMPLATE.replace('1000000000', String(1e9 + number));
  return { body, signature: `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` };
}
