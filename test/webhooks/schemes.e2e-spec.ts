import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { WebhookDelivery } from 'nestjs-realtime/testing';
import { ADAPTERS } from '../support/app.js';
import { SENDERS } from './senders/index.js';
import { DUPLICATE, RAN, REFUSED, startSenderHook as start, withHeader } from './senders/sender-hook.js';
import { delivery, NOW } from './senders/sender.js';

const without = ({ headers, ...rest }: WebhookDelivery, name: string): WebhookDelivery => {
  const { [name]: _left, ...others } = headers;
  return { ...rest, headers: others };
};

/** The text with one bit of each of its bytes turned over, in turn. */
function* flipped(text: string): Generator<string> {
  const bytes = Buffer.from(text, 'latin1');
  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[index]! ^= 1;
    yield changed.toString('latin1');
  }
}

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

    it('are not handled again because a header is changed that is not signed', async () => {
      await using app = await start(adapter, sender, sender.scheme(old));
      const sent = delivery(sender);
      expect(await app.send(sent)).toEqual(RAN);
      const { required, free = [], signed, looseBody } = sender;
      const unsigned = [...required, ...free].filter((name) => !signed.includes(name));
      // Where nothing is signed but a token, whoever has that can write what he likes.
      for (const name of looseBody ? [] : unsigned) {
        const { text } = await app.send(withHeader(sent, name, 'other'));
        expect([name, text]).not.toEqual([name, RAN.text]);
      }
      expect(app.events.size).toBe(1);
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
      // What verifies them is the same on both; what reads them is not, and one in four shows that.
      const chosen = adapter === 'express' ? attempts : attempts.filter((_, index) => index % 4 === 0);
      for (const attempt of chosen) expect(REFUSED).toContain((await app.send(attempt)).status);
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
  });
});
