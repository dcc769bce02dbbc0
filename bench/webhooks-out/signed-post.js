import { createHmac } from 'node:crypto';
import { Agent } from 'undici';
import { SECRET } from './terms.js';

const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');

/**
 * What one writes without any library: a POST as Standard Webhooks signs it.
 * @param {string} url
 */
export function signedPost(url) {
  const agent = new Agent();
  const { origin, pathname } = new URL(url);

  return {
    /**
     * @param {string} id
     * @param {unknown} data
     */
    async send(id, data) {
      const now = new Date();
      const timestamp = String(Math.floor(now.getTime() / 1_000));
      const body = JSON.stringify({ type: 'message', timestamp: now, topic: 'bench', data });
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      const { statusCode, body: answer } = await agent.request({
        origin,
        path: pathname,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        },
        body,
      });
      await answer.text();
      if (statusCode !== 204) throw new Error(`The receiver answered ${statusCode}.`);
    },

    close: () => agent.destroy(),
  };
}
