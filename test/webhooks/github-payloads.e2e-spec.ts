import { createRequire } from 'node:module';
import { Controller } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { sign } from '@octokit/webhooks-methods';
import { github, type InboundWebhook, Webhook, WebhookEvent } from 'nestjs-realtime';
import { ADAPTERS, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { deliver } from './deliver.js';

interface Examples {
  readonly name: string;
  readonly examples: readonly object[];
}

const definitions = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Examples[];
const deliveries = definitions.flatMap(({ name, examples }) =>
  examples.map((payload) => ({ name, payload })),
);
const secret = "It's a Secret to Everybody";
const events = new Inbox<InboundWebhook>();

@Controller()
class Hooks {
  @Webhook('github', { scheme: github({ secret }), dedupeMs: 0 })
  github(@WebhookEvent() event: InboundWebhook) {
    events.push(event);
  }
}

describe.each(ADAPTERS)('what GitHub sends, on %s', (adapter) => {
  it.each([
    ['JSON', 'application/json', (payload: object) => JSON.stringify(payload)],
    [
      'a form',
      'application/x-www-form-urlencoded',
      (payload: object) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
    ],
  ])('is received: every example payload as %s', async (_name, contentType, write) => {
    expect(deliveries.length).toBeGreaterThan(200);
    await using app = await startApp({ adapter, controllers: [Hooks] });
    for (const [index, { name, payload }] of deliveries.entries()) {
      const body = write(payload);
      const headers = {
        'content-type': contentType,
        'x-github-delivery': `delivery-${index}`,
        'x-github-event': name,
        'x-hub-signature-256': await sign(secret, body),
      };
      expect(await deliver(`${app.url}/github`, body, headers)).toMatchObject({ status: 200 });
      const { id, type, data } = await events.next();
      expect([id, type]).toEqual([`delivery-${index}`, name]);
      expect(data).toEqual(payload);
    }
    expect((await app.bus.latest('webhooks/github'))?.type).toBe(deliveries.at(-1)!.name);
  });
});
