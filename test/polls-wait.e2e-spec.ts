import { Controller } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { LongPoll, topic } from 'nestjs-realtime';
import { Feeds } from '../libs/realtime/src/bus/feeds.js';
import { TimerWheel } from '../libs/realtime/src/timing/timer-wheel.js';
import { Connections } from '../libs/realtime/src/transports/connections.js';
import { ADAPTERS, startApp } from './support/app.js';
import { ask, askLog } from './support/http-answer.js';
import { getRequest, rawClient } from './support/raw-client.js';
import { until } from './support/until.js';

@Controller()
class WaitController {
  @LongPoll('log')
  log() {
    return topic('a');
  }

  @LongPoll('state', { topic: 'a' })
  state() {}

  @LongPoll('brief', { waitMs: 100, maxWaitMs: 200 })
  brief() {
    return topic('a');
  }
}

describe.each(ADAPTERS)('how long a poll waits on %s', (adapter) => {
  const start = async (waitMs = 100, maxWaitMs = 200, waitingPolls = 100) => {
    const realtime = { longPoll: { waitMs, maxWaitMs }, limits: { waitingPolls } };
    const app = await startApp({ adapter, controllers: [WaitController], realtime });
    const { cursor } = await askLog(`${app.url}/log`);
    const waiting = app.nest.get(Connections);
    return Object.assign(app, { log: `${app.url}/log?since=${cursor}`, state: `${app.url}/state?`, waiting });
  };

  it('is in the query, in Prefer, or the default; the server caps it', async () => {
    await using app = await start();
    const applied = async (url: string, prefer?: string) => {
      const { status, headers } = await ask(url, prefer === undefined ? {} : { Prefer: prefer });
      expect(status).toBe(url.startsWith(app.state) ? 202 : 204);
      return headers.get('preference-applied');
    };
    // All of these end, for the longest wait is 200 ms.
    for (const url of [app.log, app.state]) {
      expect(await applied(url)).toBeNull();
      expect(await applied(`${url}&wait=0`)).toBeNull();
      expect(await applied(`${url}&wait=0.05`)).toBeNull();
      expect(await applied(`${url}&wait=999999`)).toBeNull();
      expect(await applied(url, 'wait=55')).toBe('wait=0');
      expect(await applied(url, 'wait=0')).toBe('wait=0');
      // The parameter wins.
      expect(await applied(`${url}&wait=0`, 'wait=55')).toBeNull();
    }
  });

  it('is answered with what was applied, and ends with what happens', async () => {
    await using app = await start(25_000, 55_000);
    const applied = async (prefer: string) => {
      const answer = ask(app.log, { Prefer: prefer });
      await until(() => app.waiting.size === 1);
      await app.bus.publish('a', null);
      return (await answer).headers.get('preference-applied');
    };
    const { id } = await app.bus.publish('b', null);
    const log = `${app.url}/log?since=${id}`;
    const asked = async (prefer: string) => {
      const answer = ask(log, { Prefer: prefer }, 'HEAD');
      return (await answer).headers.get('preference-applied');
    };
    expect(await applied('wait=20')).toBe('wait=20');
    expect(await asked('WAIT = "20"')).toBe('wait=20');
    expect(await asked('wait=999999')).toBe('wait=55');
    expect(await asked('respond-async, wait=10; foo=bar')).toBe('wait=10');
    expect(await asked('wait=1, wait=2')).toBe('wait=1');
    for (const malformed of ['wait', 'wait=', 'wait=x', 'wait=-1', 'wait=1.5', 'wait=1 2', 'waiting=3']) {
      expect([malformed, await asked(malformed)]).toEqual([malformed, null]);
    }
    expect(await asked('foo="a, wait=5"')).toBeNull();
    expect(await asked('foo; wait=5')).toBeNull();
  });

  it('is refused if it is no number of seconds, or sent twice', async () => {
    await using app = await start();
    for (const wait of [
      '',
      '-1',
      '1e3',
      '0x10',
      '1,5',
      '+1',
      ' 1',
      'NaN',
      'Infinity',
      '1.',
      '.5',
      '9999999',
    ]) {
      for (const url of [app.log, app.state]) {
        const { status, body } = await ask(`${url}&wait=${wait}`);
        expect([wait, status, body]).toMatchObject([wait, 400, { code: 'query-invalid' }]);
      }
    }
    expect((await ask(`${app.log}&wait=1&wait=1`)).body).toMatchObject({ code: 'query-invalid' });
  });

  it('is what the route says', async () => {
    await using app = await start(25_000, 55_000);
    const { cursor } = await askLog(`${app.url}/brief`);
    expect((await ask(`${app.url}/brief?since=${cursor}`)).status).toBe(204);
    expect((await ask(`${app.url}/brief?since=${cursor}&wait=20`)).status).toBe(204);
  });

  it('is limited in number: 503, and when to come back', async () => {
    await using app = await start(25_000, 55_000, 2);
    const waiting = [ask(app.log), ask(app.state)];
    await until(() => app.waiting.size === 2);
    for (const url of [app.log, app.state]) {
      const { status, headers, body } = await ask(url);
      expect([status, body]).toMatchObject([503, { statusCode: 503, code: 'too-many-polls' }]);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await ask(`${url}&wait=0`)).status).toBeLessThan(300);
    }
    await app.bus.publish('a', 1);
    await waiting[0];
    // One has ended: there is a place.
    const { cursor } = await askLog(`${app.url}/log`);
    const third = ask(`${app.url}/log?since=${cursor}`);
    await until(() => app.waiting.size === 2);
    await app.bus.publish('a', 2);
    expect((await third).status).toBe(200);
  });

  it('leaves nothing behind when the client leaves', async () => {
    await using app = await start(25_000, 55_000);
    const feeds = app.nest.get(Feeds).size;
    const log = app.log.replace(app.url, '');
    const clients = await Promise.all([
      rawClient(app.port, getRequest(log)),
      rawClient(app.port, getRequest('/state')),
    ]);
    await until(() => app.waiting.size === 2);
    expect(app.nest.get(TimerWheel).size).toBe(2);
    for (const client of clients) client.socket.destroy();
    await until(() => app.waiting.size === 0);
    expect([app.nest.get(TimerWheel).size, app.nest.get(Feeds).size]).toEqual([0, feeds]);
  });
});
