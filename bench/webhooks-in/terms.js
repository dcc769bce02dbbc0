import { createHmac } from 'node:crypto';
import { EVENT } from '../shared/event.js';

export const SECRET = 'a secret that the sender shows once';
export const PATH = '/hooks/github';
/** Connections of the sender, each of which waits for an answer before it sends again. */
export const CONNECTIONS = 32;

/** What a delivery of GitHub's looks like: a few hundred bytes more than the event. */
export const BODY = JSON.stringify({
  action: 'opened',
  number: 42,
  order: EVENT,
  sender: { login: 'octocat' },
});

export const SIGNATURE = `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`;
