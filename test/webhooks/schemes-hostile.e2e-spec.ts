import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ADAPTERS } from '../support/app.js';
import { SENDERS } from './senders/index.js';
import { REFUSED, startSenderHook as start, withHeader } from './senders/sender-hook.js';
import { delivery, NOW } from './senders/sender.js';

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
    const [old] = sender.keys;

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
        { numRuns: 25 },
      );
    });
  });
});
