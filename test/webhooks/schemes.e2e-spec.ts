import { Agent } from 'node:http';
import { Controller } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  type InboundWebhook,
  Webhook,
  WebhookEvent,
  WebhookMetrics,
  type WebhookOptions,
  type WebhookScheme,
} from 'nestjs-realtime';
import type { WebhookDelivery } from 'nestjs-realtime/testing';
import { ADAPTERS, type AdapterName, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { deliver } from './deliver.js';
import { SENDERS } from './senders/index.js';
import { delivery, NOW, PUBLIC_URL, type Sender } from './senders/sender.js';

async function start(
  adapter: AdapterName,
  { query = '' }: Sender,
  scheme: WebhookScheme,
  options: Partial<WebhookOptions> = {},
) {
  const events = new Inbox<InboundWebhook>();
  @Controller()
  class Hook {
    @Webhook('hook', { scheme, ...options })
    hook(@WebhookEvent() event: InboundWebhook) {
      events.push(event);
      return 'ran';
    }
  }
  const app = await startApp({ adapter, controllers: [Hook], realtime: { publicUrl: PUBLIC_URL } });
  const metrics = app.nest.get(WebhookMetrics);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = async ({ headers, body }: WebhookDelivery) => {
    const { status, text } = await deliver(`${app.url}/hook${query}`, body, headers, agent);
    return { status, text };
  };
  const close = () => {
    agent.destroy();
    return app.close();
  };
  return { events, metrics, send, [Symbol.asyncDispose]: close };
}

const RAN = { status: 200, text: 'ran' };
const DUPLICATE = { status: 200, text: '' };
/** The statuses by which a delivery is refused. */
const REFUSED = [400, 401];

const without = ({ headers, ...rest }: WebhookDelivery, name: string): WebhookDelivery => {
  const { [name]: _left, ...others } = headers;
  return { ...rest, headers: others };
};

const withHeader = (sent: WebhookDelivery, name: string, value: string): WebhookDelivery => ({
  ...sent,
  headers: { ...sent.headers, [name]: value },
});

/** The text with one bit of each of its bytes turned over, in turn. */
function* flipped(text: string): Generator<string> {
  const bytes = Buffer.from(text, 'latin1');
  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[index]! ^= 1;
    yield changed.toString('latin1');
  }
}

/** Every character that a header may have. */
const TEXT = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
});

/** What somebody might send in place of a header. */
const HOSTILE = [
  '',
  ' ',
  '=',
  ',',
  'v0=',
  'sha256=',
  'Bearer ',
  'null',
  '-1',
  '1e9',
  '0x1',
  '9999999999999',
  '99999999999999999999',
  '2026-02-30T25:61:61Z',
  '[object Object]',
  '__proto__',
  'é',
  'é'.repeat(64),
  'ÿ'.repeat(44),
  'A'.repeat(8000),
  `${'A'.repeat(86)}==`,
  'f'.repeat(128),
  'MEUCIQ==',
];

describe.each(ADAPTERS)('on %s', (adapter) => {
  beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW));
  afterEach(() => void jest.restoreAllMocks());

  describe.each(SENDERS)('deliveries of $name', (sender) => {
    const [old, current, strange] = sender.keys;

    it('are accepted as they were sent, and only once', async () => {
      await using app = await start(adapter, sender, sender.scheme(old));
      const sent = delivery(sender);
      expect(await app.send(sent)).toEqual(RAN);
      const event = await app.events.next();
      expect(event).toMatchObject({ ...sender.event, rawBody: Buffer.from(sent.body) });
      expect(event.timestamp).toEqual(event.timestamp && new Date(NOW));
      expect(await app.send(sent)).toEqual(DUPLICATE);
      expect([app.events.size, app.metrics.count('hook', 'duplicate')]).toEqual([0, 1]);
    });

    it('are refused if one byte of what is signed, or of the signature, is another', async () => {
      await using app = await start(adapter, sender, sender.scheme(old));
      const sent = delivery(sender);
      const attempts = sender.signed.flatMap((name) =>
        [...flipped(sent.headers[name]!)].map((value) => withHeader(sent, name, value)),
      );
      if (!sender.looseBody) {
        const bodies = [...flipped(Buffer.from(sent.body).toString('latin1'))];
        attempts.push(...bodies.map((body) => ({ ...sent, body: Buffer.from(body, 'latin1') })));
      }
      for (const attempt of attempts) expect(REFUSED).toContain((await app.send(attempt)).status);
      expect(app.events.size).toBe(0);
      expect(await app.send(sent)).toEqual(RAN);
    });

    it('are refused without a header that is needed, and accepted without others', async () => {
      await using app = await start(adapter, sender, sender.scheme(old));
      const sent = delivery(sender);
      for (const name of sender.required) {
        expect(sent.headers).toHaveProperty([name]);
        expect([name, REFUSED]).toEqual([
          name,
          expect.arrayContaining([(await app.send(without(sent, name))).status]),
        ]);
      }
      expect(app.events.size).toBe(0);
      const least = (sender.free ?? []).reduce(without, sent);
      expect(await app.send(least)).toEqual(RAN);
    });

    it('are accepted with the old and the new secret while that is changed, and with no other', async () => {
      await using app = await start(adapter, sender, sender.scheme(old, current));
      expect(await app.send(delivery(sender, { key: strange }))).toMatchObject({ status: 401 });
      const forged = delivery(sender, { key: { ...old, signWith: strange.signWith } });
      expect(await app.send(forged)).toMatchObject({ status: 401 });
      expect(await app.send(delivery(sender, { key: current }))).toEqual(RAN);
      await using other = await start(adapter, sender, sender.scheme(old, current));
      expect(await other.send(delivery(sender, { key: old }))).toEqual(RAN);
    });

    it('are refused when they are stale, as far as the sender says when they were sent', async () => {
      const { toleranceMs = Infinity } = sender;
      await using app = await start(adapter, sender, sender.scheme(old), { dedupeMs: 0 });
      const week = 7 * 24 * 3_600_000;
      for (const ms of [-week, -toleranceMs - 1000, -toleranceMs, toleranceMs, toleranceMs + 1000, week]) {
        if (!Number.isFinite(ms)) continue;
        const { status } = await app.send(delivery(sender, { timestamp: new Date(NOW + ms) }));
        expect([ms, status]).toEqual([ms, Math.abs(ms) > toleranceMs ? 401 : 200]);
      }
    });

    it('are answered whatever a header says', async () => {
      await using app = await start(adapter, sender, sender.scheme(old));
      const sent = delivery(sender);
      for (const name of sender.required) {
        for (const value of HOSTILE) {
          const { status } = await app.send(withHeader(sent, name, value));
          const mayPass = sender.signed.includes(name) ? [] : [200];
          expect([name, value, [...REFUSED, ...mayPass]]).toEqual([
            name,
            value,
            expect.arrayContaining([status]),
          ]);
        }
      }
      for (const name of sender.free ?? []) {
        for (const value of HOSTILE) {
          expect(await app.send(withHeader(sent, name, value))).toMatchObject({ status: 200 });
        }
      }
    });

    it('are answered whatever is sent', async () => {
      await using app = await start(adapter, sender, sender.scheme(old));
      const { headers, body } = delivery(sender);
      const names = ['content-encoding', ...Object.keys(headers)];
      const anything = fc.dictionary(fc.constantFrom(...names), TEXT);
      await fc.assert(
        fc.asyncProperty(anything, fc.uint8Array(), fc.boolean(), async (changed, bytes, isOther) => {
          const sent = { ...headers, ...changed };
          const { status } = await app.send({ method: 'POST', headers: sent, body: isOther ? bytes : body });
          expect([200, ...REFUSED]).toContain(status);
        }),
        { numRuns: 50 },
      );
    });
  });
});
