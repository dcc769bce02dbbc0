import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Seat } from '../../apps/demo/src/restaurant/seat.js';
import { Demo } from './demo.js';
import { sitDown } from './seat.js';

describe('The network of the restaurant', () => {
  let demo: Demo;

  beforeAll(async () => {
    demo = await Demo.start();
  });

  afterAll(() => demo.stop());

  const block = async ({ order, token }: Seat, blocked: unknown) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ blocked });
    const response = await fetch(`${demo.address}/orders/${order}/network`, { method: 'PUT', headers, body });
    return response.status;
  };

  const get = async (path: string, token: string, accept = 'application/json') => {
    const headers = { authorization: `Bearer ${token}`, accept };
    return fetch(demo.address + path, { headers });
  };

  const status = async (...request: Parameters<typeof get>) => {
    const response = await get(...request);
    await response.body?.cancel();
    return response.status;
  };

  const stream = ({ order, token }: Seat) => status(`/orders/${order}/events`, token, 'text/event-stream');

  it('blocks one way of one company, in mid-stream too, and nothing else', async () => {
    const [guest, stranger] = [await sitDown(demo), await sitDown(demo)];
    const open = await get(`/orders/${guest.order}/events`, guest.token, 'text/event-stream');
    expect(open.status).toBe(200);

    expect(await block(guest, ['sse'])).toBe(200);
    await expect(open.text()).rejects.toThrow('terminated');
    expect(await stream(guest)).toBe(502);
    expect(await status(`/orders/${guest.order}`, guest.token)).toBe(202);
    expect(await stream(stranger)).toBe(200);
    const hub = `/realtime/events?topic=orders/${guest.order}`;
    expect(await status(hub, guest.token, 'text/event-stream')).toBe(502);
    expect(await status(hub, guest.windowToken, 'text/event-stream')).toBe(200);

    expect(await block(guest, [])).toBe(200);
    expect(await stream(guest)).toBe(200);
  });

  it('is the same for those who came together, and they alone hear of each other’s orders', async () => {
    const guest = await sitDown(demo);
    const companion = await sitDown(demo, guest.token);
    const stranger = await sitDown(demo, 'nobody.nobody.table.nobody');
    expect(companion.company).toBe(guest.company);
    const hub = `/realtime/events?topic=orders/${guest.order}`;
    expect(await status(hub, companion.token)).toBe(200);
    expect(await status(hub, stranger.token)).toBe(403);

    await block(companion, ['sse']);
    expect(await stream(guest)).toBe(502);
    expect(await stream(stranger)).toBe(200);
  });

  it.each([['everything'], [['carrier pigeon']], [undefined]])('refuses to block %j', async (blocked) => {
    expect(await block(await sitDown(demo), blocked)).toBe(400);
  });
});
