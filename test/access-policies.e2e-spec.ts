import { Injectable, NotFoundException, type Provider, Scope } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { type PublishAccess, type TopicAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { byToken } from './support/by-token.js';
import { OpenPolicy } from './support/open-policies.js';
import { WAYS_IN } from './support/ways-in.js';
import { OperatorLog } from './webhooks/operator-log.js';

@Injectable()
class Orders {
  owner(id: string) {
    return new Promise<string>((resolve) => void setImmediate(() => resolve(id === 'a/b' ? 'ann' : 'bob')));
  }
}

@TopicPolicy('orders/:id')
class OrderPolicy implements TopicPolicyHandler {
  constructor(private readonly orders: Orders) {}
  async canSubscribe({ principal, params }: TopicAccess) {
    return (await this.orders.owner(params['id']!)) === principal?.id;
  }
  canPublish({ type, data }: PublishAccess) {
    return type === 'note' && data === 'please';
  }
}

@TopicPolicy('orders/:id/:part')
class PartPolicy implements TopicPolicyHandler {
  seen: TopicAccess[] = [];
  canSubscribe(access: TopicAccess) {
    this.seen.push(access);
    return true;
  }
}

@TopicPolicy('orders/:id/secret')
class SecretPolicy implements TopicPolicyHandler {
  canSubscribe(): boolean {
    throw new NotFoundException('Nothing here.');
  }
  canPublish(): boolean {
    throw new Error('secret detail');
  }
}

@TopicPolicy('silent/**')
class SilentPolicy implements TopicPolicyHandler {}

const base: AppOptions = {
  providers: [Orders, OrderPolicy, PartPolicy, SecretPolicy, SilentPolicy],
  realtime: { authenticate: byToken },
};

const CASES = ADAPTERS.flatMap((adapter) =>
  (['socket', 'hub'] as const).map((way) => ({ adapter, name: way, way: WAYS_IN[way] })),
);

describe.each(CASES)('topic policies, by $name beside $adapter', ({ adapter, name, way }) => {
  it('decide who may read, with what is injected and what is captured', async () => {
    await using app = await startApp({ ...base, adapter });
    expect(await way.subscribe(app, 'orders/a%2Fb', 'ann')).toBe('ok');
    expect(await way.subscribe(app, 'orders/a%2Fb', 'bob')).toBe('forbidden');
    expect(await way.subscribe(app, 'orders/a%2Fb')).toBe('forbidden');
    expect(await way.subscribe(app, 'orders/7', 'bob')).toBe('ok');
  });

  it('decide about history as about what is live', async () => {
    await using app = await startApp({ ...base, adapter });
    await app.bus.publish('orders/a%2Fb', 'secret');
    expect(await way.subscribe(app, 'orders/a%2Fb', 'ann', 'earliest')).toBe('ok');
    expect(await way.subscribe(app, 'orders/a%2Fb', 'bob', 'earliest')).toBe('forbidden');
  });

  it('decide who may write, having seen what', async () => {
    await using app = await startApp({ ...base, adapter });
    const message = { topic: 'orders/7', type: 'note', data: 'please' };
    expect(await way.publish(app, message)).toBe('ok');
    expect(await way.publish(app, { ...message, type: 'order' })).toBe('forbidden');
    expect(await way.publish(app, { ...message, data: 'now' })).toBe('forbidden');
  });

  it('deny what none matches, and what one does not speak of', async () => {
    await using app = await startApp({ ...base, adapter });
    for (const topic of ['orders', 'Orders/7', 'orders/7/a/b', 'silent', 'silent/a']) {
      expect(await way.subscribe(app, topic, 'ann')).toBe('forbidden');
      expect(await way.publish(app, { topic }, 'ann')).toBe('forbidden');
    }
  });

  it('give way to the most specific, alone', async () => {
    await using app = await startApp({ ...base, adapter, providers: [...base.providers!, OpenPolicy] });
    expect(await way.subscribe(app, 'orders/7/items', 'ann')).toBe('ok');
    expect(app.nest.get(PartPolicy).seen).toEqual([
      { principal: { id: 'ann' }, topic: 'orders/7/items', params: { id: '7', part: 'items' } },
    ]);
    expect(await way.subscribe(app, 'orders/7/secret')).toBe(name === 'hub' ? '404' : 'forbidden');
    expect(await way.subscribe(app, 'orders/7', 'ann')).toBe('forbidden');
    expect(await way.subscribe(app, 'elsewhere')).toBe('ok');
  });

  it('may fail, and that is a no', async () => {
    await using app = await startApp({ ...base, adapter });
    const code = await way.publish(app, { topic: 'orders/7/secret' });
    expect(code).toBe(name === 'hub' ? '500' : 'internal');
  });

  it('reach what is the library’s only if they say so', async () => {
    @TopicPolicy('realtime/revocations')
    class RevocationPolicy implements TopicPolicyHandler {
      canSubscribe({ principal }: TopicAccess) {
        return principal?.id === 'admin';
      }
    }
    await using open = await startApp({ ...base, adapter, providers: [OpenPolicy] });
    for (const topic of ['realtime/revocations', 'realtime/consumers/a']) {
      expect(await way.subscribe(open, topic, 'admin')).toBe('forbidden');
    }
    await using app = await startApp({ ...base, adapter, providers: [OpenPolicy, RevocationPolicy] });
    expect(await way.subscribe(app, 'realtime/revocations', 'admin')).toBe('ok');
    expect(await way.subscribe(app, 'realtime/revocations', 'ann')).toBe('forbidden');
    expect(await way.subscribe(app, 'realtime/consumers/a', 'admin')).toBe('forbidden');
  });
});

describe('a topic policy', () => {
  const policy = (pattern: string) => {
    @TopicPolicy(pattern)
    class MyPolicy implements TopicPolicyHandler {
      canSubscribe() {
        return true;
      }
    }
    return MyPolicy;
  };
  const starting = async (...providers: Provider[]) => {
    await using _app = await startApp({ providers });
  };

  it.each(['', 'a//b', '**/a', 'a/**/b', ':id/:id', 'a\nb', `a/${'x'.repeat(255)}`])(
    'with a bad pattern is an error at start (%#)',
    async (pattern) => {
      await expect(starting(policy(pattern))).rejects.toThrow(/^MyPolicy: /);
    },
  );

  it('that is another’s twin is an error at start', async () => {
    await expect(starting(policy('a/:b'), OpenPolicy, policy('a/*'))).rejects.toThrow(
      'MyPolicy ("a/:b") and MyPolicy ("a/*") are policies for the same topics',
    );
  });

  it('that is provided twice is an error at start', async () => {
    class OtherModule {}
    const imports = [{ module: OtherModule, providers: [OpenPolicy] }];
    const start = async () => {
      await using _app = await startApp({ providers: [OpenPolicy], imports });
    };
    await expect(start()).rejects.toThrow('OpenPolicy is provided twice: provide it in one module.');
  });

  it('that is request-scoped is an error at start', async () => {
    const MyPolicy = policy('a');
    const start = starting({ provide: MyPolicy, useClass: MyPolicy, scope: Scope.REQUEST });
    await expect(start).rejects.toThrow('MyPolicy: a topic policy serves all clients');
  });

  it('that is transient is an error at start', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    @TopicPolicy('a')
    class MyPolicy extends OpenPolicy {}
    @Injectable()
    class Consumer {
      constructor(readonly policy: MyPolicy) {}
    }
    await expect(starting(MyPolicy, Consumer)).rejects.toThrow('MyPolicy: a topic policy serves all clients');
  });

  it('that injects what is request-scoped is an error at start', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Cart {}
    @TopicPolicy('carts/:id')
    class CartPolicy implements TopicPolicyHandler {
      constructor(readonly cart: Cart) {}
      canSubscribe() {
        return true;
      }
    }
    await expect(starting(Cart, CartPolicy)).rejects.toThrow('CartPolicy: a topic policy serves all clients');
  });

  it('that is missing is told in the log, which clients cannot fill', async () => {
    const log = new OperatorLog();
    await using app = await startApp({ ...base, application: { logger: log } });
    for (let times = 0; times < 2; times++) {
      expect(await WAYS_IN.hub.subscribe(app, 'elsewhere')).toBe('forbidden');
      expect(await WAYS_IN.hub.publish(app, { topic: 'silent/a' })).toBe('forbidden');
    }
    expect(log.lines.drain()).toEqual([
      'No @TopicPolicy matches "elsewhere", so nobody may use it. Provide a class with @TopicPolicy for it.',
      'SilentPolicy has no canPublish(), so nobody may do that on "silent/a".',
    ]);
    for (let index = 0; index < 200; index++) await WAYS_IN.hub.subscribe(app, `other/${index}`);
    expect(log.lines.drain()).toHaveLength(98);
  });

  it('can be provided in any way', async () => {
    const [ByClass, ByValue, ByFactory] = [policy('class'), policy('value'), policy('factory')];
    await using app = await startApp({
      providers: [
        { provide: 'class', useClass: ByClass },
        { provide: 'value', useValue: new ByValue() },
        { provide: 'factory', useFactory: async () => new ByFactory() },
        { provide: 'alias', useExisting: 'class' },
      ],
    });
    for (const topic of ['class', 'value', 'factory']) {
      expect(await WAYS_IN.hub.subscribe(app, topic)).toBe('ok');
    }
    expect(await WAYS_IN.hub.subscribe(app, 'alias')).toBe('forbidden');
  });
});
