import { Controller, Module } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  github,
  hmac,
  standardWebhooks,
  Webhook,
  type WebhookOptions,
  type WebhookScheme,
} from 'nestjs-realtime';
import { ADAPTERS, startApp } from '../support/app.js';
import { expectWebhook, Hooks } from './hooks.js';

const scheme = github({ secret: 's' });
const unset = process.env['NOT_SET']!;

function controller(path: string, options: WebhookOptions) {
  @Controller()
  class Shop {
    @Webhook(path, options)
    paid() {}
  }
  return Shop;
}

const custom = (options: Partial<WebhookScheme>): WebhookOptions => ({
  scheme: { ...hmac({ secret: 's', header: 'x' }), ...options },
});

describe('a webhook that cannot work stops the application from starting', () => {
  it.each<[string, string, WebhookOptions, RegExp]>([
    [
      'no secret',
      'a',
      { scheme: github({ secret: unset }) },
      /the secret is undefined: give it .* environment variable/,
    ],
    ['an empty secret', 'a', { scheme: github({ secret: '' }) }, /the secret is empty: give it/],
    ['a blank secret', 'a', { scheme: github({ secret: ' \n' }) }, /the secret is empty: give it/],
    ['no secrets', 'a', { scheme: github({ secret: [] }) }, /the secret is an empty list: give it/],
    [
      'one of two missing',
      'a',
      { scheme: github({ secret: ['s', unset] }) },
      /the secret is undefined: give it/,
    ],
    [
      'a secret that is none',
      'a',
      { scheme: standardWebhooks({ secret: 'whsec_***' }) },
      /is not written as standardWebhooks writes secrets: copy it/,
    ],
    ['an empty key', 'a', { scheme: standardWebhooks({ secret: 'whsec_' }) }, /is not written as/],
    ['half a key', 'a', { scheme: standardWebhooks({ secret: 'whpk_AAAA' }) }, /is not written as/],
    [
      'a private key',
      'a',
      { scheme: standardWebhooks({ secret: `whsk_${'A'.repeat(43)}=` }) },
      /is not written as/,
    ],
    ['no name', '/', { scheme }, /its path gives it no name: add one/],
    [
      'a name of two segments',
      'a',
      { scheme, name: 'a/b' },
      /its name "a\/b" is no topic segment of at most 64/,
    ],
    ['a name that is a pattern', 'a', { scheme, name: '**' }, /its name "\*\*" is no topic segment/],
    ['a name with a control character', 'a', { scheme, name: 'a\n' }, /its name "a\\n" is no topic segment/],
    ['a negative time', 'a', { scheme, dedupeMs: -1 }, /dedupeMs must be 0 or more, not -1/],
    ['a time that is none', 'a', { scheme, dedupeMs: Number.NaN }, /dedupeMs must be 0 or more, not NaN/],
    ['no bytes', 'a', { scheme, maxBytes: 0 }, /maxBytes must be a whole number above 0, not 0/],
    [
      'endless bytes',
      'a',
      { scheme, maxBytes: Infinity },
      /maxBytes must be a whole number above 0, not Infinity/,
    ],
    [
      'an unknown placeholder',
      'a',
      custom({ signed: '{path}{body}' }),
      /its scheme signs \{path\}, which is not known/,
    ],
    [
      'an unsigned body',
      'a',
      custom({ signed: 'body' }),
      /its scheme does not sign the body.*: add \{body\}/,
    ],
    [
      'an id from nowhere',
      'a',
      custom({ signed: '{id}{body}' }),
      /its scheme signs \{id\}, but .*: add "id"/,
    ],
    [
      'a time from nowhere',
      'a',
      custom({ signed: '{timestamp}{body}' }),
      /its scheme signs \{timestamp\}, but .*: add "timestamp"/,
    ],
    [
      'an unsigned time',
      'a',
      custom({ timestamp: { in: [{ header: 'x' }], unit: 's', toleranceMs: 1 } }),
      /its scheme has a timestamp that is not signed.*: add \{timestamp\} to "signed"/,
    ],
    [
      'a time in a body that is not signed',
      'a',
      custom({
        signed: '{id}',
        unsignedBody: true,
        id: [{ body: 'id' }],
        timestamp: { in: [{ body: 'x' }], unit: 's', toleranceMs: 1 },
      }),
      /its scheme has a timestamp that is not signed.*: add \{timestamp\} to "signed"/,
    ],
  ])('%s', async (_what, path, options, message) => {
    const starting = startApp({ controllers: [controller(path, options)] });
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toThrow(/^Shop\.paid\(\): .*\.$/);
    await expect(starting).rejects.toMatchObject({ name: 'RealtimeConfigurationError' });
  });

  it('two of one name', async () => {
    @Controller('others')
    class Others {
      @Webhook('x', { scheme, name: 'courier' })
      picked() {}
    }
    await expect(startApp({ controllers: [Hooks, Others] })).rejects.toThrow(
      'Hooks.courier() and Others.picked() are both the webhook "courier": give one of them another name.',
    );
  });
});

it.each(ADAPTERS)('but one controller may be in two modules, on %s', async (adapter) => {
  @Module({ controllers: [Hooks] })
  class One {}
  await using app = await startApp({ adapter, imports: [One] });
  await expectWebhook(`${app.url}/hooks/courier`);
});
