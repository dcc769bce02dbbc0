import { Inject, Injectable, Module, Scope, type Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { OnTopic, type OnTopicOptions } from 'nestjs-realtime';
import { startApp } from '../support/app.js';

function providerOf(pattern: string | readonly string[], options?: OnTopicOptions): Type {
  @Injectable()
  class Till {
    @OnTopic(pattern, options)
    bill() {}
  }
  return Till;
}

const durable = 'billing';

describe('a handler that cannot work stops the application from starting', () => {
  it.each<[string, Type, RegExp]>([
    ['no pattern', providerOf('a/**/b'), /^Till\.bill\(\): "a\/\*\*\/b" is no pattern: \*\* can only be/],
    ['an empty topic', providerOf(''), /^Till\.bill\(\): .* is no topic/],
    ['no topic at all', providerOf([]), /^Till\.bill\(\): it has no pattern\.$/],
    ['a name twice', providerOf('a/:id/:id'), /^Till\.bill\(\): .* it has :id twice/],
    [
      'retries without a name',
      providerOf('a', { retries: [1], concurrency: 2 }),
      /^Till\.bill\(\): retries, concurrency is for durable handlers: name it, durable: 'billing', or/,
    ],
    [
      'an order of several at once',
      providerOf('a', { durable, ordered: true, concurrency: 2 }),
      /^Till\.bill\(\): ordered is one after the other, so concurrency cannot be 2/,
    ],
    [
      'an empty name',
      providerOf('a', { durable: '' }),
      /^Till\.bill\(\): .* its name must be text of 1 to 128/,
    ],
    ['a long name', providerOf('a', { durable: 'x'.repeat(129) }), /its name must be text of 1 to 128 bytes/],
    ['half a character', providerOf('a', { durable: '\ud800' }), /its name must be text of 1 to 128 bytes/],
    [
      'none at once',
      providerOf('a', { durable, concurrency: 0 }),
      /The durable consumer "billing": concurrency must be a whole number above 0, not 0\.$/,
    ],
    ['half at once', providerOf('a', { durable, concurrency: 0.5 }), /concurrency must be .* not 0\.5\.$/],
    ['no rate', providerOf('a', { durable, rateLimit: 0 }), /rateLimit must be above 0, not 0\.$/],
    ['a rate that is none', providerOf('a', { durable, rateLimit: Number.NaN }), /above 0, not NaN\.$/],
    ['no time', providerOf('a', { durable, timeoutMs: -1 }), /timeoutMs must be above 0, not -1\.$/],
    [
      'a wait that is none',
      providerOf('a', { durable, retries: [1, Infinity] }),
      /a wait in retries must be 0 milliseconds to a year, not Infinity\.$/,
    ],
  ])('%s', async (_, provider, message) => {
    const starting = startApp({ providers: [provider] });
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toMatchObject({ name: 'RealtimeConfigurationError' });
  });

  it('two that claim one name', async () => {
    @Injectable()
    class Ledger {
      @OnTopic('b', { durable })
      write() {}
    }
    await expect(startApp({ providers: [providerOf('a', { durable }), Ledger] })).rejects.toThrow(
      'Till.bill() and Ledger.write() are both called "billing": each durable handler needs a name of its own.',
    );
  });

  it('one class in two modules', async () => {
    const Till = providerOf('a', { durable });
    @Module({ providers: [Till] })
    class One {}
    @Module({ providers: [Till] })
    class Two {}
    await expect(startApp({ imports: [One, Two] })).rejects.toThrow(
      'Till.bill() and Till.bill() are both called "billing": its class has several instances: let one module provide and export it.',
    );
  });

  it.each([undefined, durable])('request-scoped, with durable: %s', async (name) => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @OnTopic('a', { durable: name })
      hear() {}
    }
    @Injectable()
    class Injecting {
      constructor(@Inject(REQUEST) readonly request: unknown) {}

      @OnTopic('a', { durable: name })
      hear() {}
    }
    @Injectable({ scope: Scope.TRANSIENT })
    class PerUse {
      @OnTopic('a', { durable: name })
      hear() {}
    }
    const because =
      'events belong to no request, so its class cannot be request-scoped, nor can what it injects.';
    await expect(startApp({ providers: [PerRequest] })).rejects.toThrow(`PerRequest.hear(): ${because}`);
    await expect(startApp({ providers: [Injecting] })).rejects.toThrow(`Injecting.hear(): ${because}`);
    await expect(startApp({ providers: [PerUse] })).rejects.toThrow(
      'PerUse.hear(): its class is transient, so there is no instance to call: take the scope away.',
    );
  });
});

it('options that are undefined are left out', async () => {
  const options = { durable, concurrency: undefined, ordered: undefined, retries: undefined };
  await using app = await startApp({ providers: [providerOf('a', options)] });
  expect(app.port).toBeGreaterThan(0);
});
