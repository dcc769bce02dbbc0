import { describe, expect, it } from '@jest/globals';
import { topics } from 'nestjs-realtime';
import { busApp, dataOf } from './support/bus-app.js';

describe('read', () => {
  it('gives pages, each the place to go on from', async () => {
    const { bus } = await busApp();
    for (let value = 0; value < 5; value++) await bus.publish(value % 2 ? 'b' : 'a', value);
    const first = await bus.read(['a', 'b', 'a'], { limit: 3 });
    expect(first).toMatchObject({ complete: false, cursor: first.events.at(-1)?.id });
    const second = await bus.read(['a', 'b'], { since: first.cursor, limit: 3 });
    expect(second.complete).toBe(true);
    expect(dataOf([...first.events, ...second.events])).toEqual([0, 1, 2, 3, 4]);
    expect(first.reset).toBeUndefined();
  });

  it.each([
    [0, 1],
    [-5, 1],
    [0.5, 1],
    [2.9, 2],
    [Infinity, 1_000],
    [undefined, 256],
  ])('limit %j is %i', async (limit, count) => {
    const { bus } = await busApp({ retention: { maxEvents: 2_000 } });
    for (let value = 0; value < 1_100; value++) await bus.publish('a', value);
    const page = await bus.read('a', { limit });
    expect([page.events.length, page.complete]).toEqual([count, false]);
  });

  it('says why history is lost', async () => {
    const { bus } = await busApp();
    const { id } = await bus.publish('a', 1);
    expect(await bus.read('a', { since: `x${id}` })).toEqual({
      events: [],
      cursor: id,
      complete: true,
      reset: { reason: 'epoch' },
    });
  });

  it.each([
    ['query-invalid', 'a', { limit: Number.NaN }],
    ['query-invalid', 'a', { limit: 'many' as unknown as number }],
    ['cursor-malformed', 'a', { since: '' }],
    ['cursor-malformed', 'a', { since: 'k3x9-mq7r1l0a-00' }],
    ['cursor-malformed', 'a', { since: new Date('soon') }],
    ['topic-invalid', 'a/', {}],
    ['topic-invalid', ['**'], {}],
  ] as const)('refuses with %s: %j %j', async (code, name, options) => {
    const { bus } = await busApp();
    await expect(bus.read(name, options)).rejects.toMatchObject({ code, status: 400 });
  });
});

it('latest refuses what is no topic', async () => {
  const { bus } = await busApp();
  await expect(bus.latest('*')).rejects.toMatchObject({ code: 'topic-invalid' });
  await expect(bus.latest(topics('a', 'b'))).rejects.toMatchObject({ code: 'topic-invalid' });
  expect(await bus.latest('a')).toBeUndefined();
});
