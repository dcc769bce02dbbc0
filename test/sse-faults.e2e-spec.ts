import { Controller, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { memoryEngine, type RealtimeOptions, Sse, topic } from 'nestjs-realtime';
import { ADAPTERS, startApp } from './support/app.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { FaultyEngine } from './support/faulty-engine.js';
import { Gate } from './support/gate.js';
import { ask } from './support/http-answer.js';
import { getRequest, rawClient } from './support/raw-client.js';
import { openSse } from './support/sse-client.js';
import { turns } from './support/turns.js';
import { until } from './support/until.js';
import { OperatorLog } from './webhooks/operator-log.js';

@Controller()
class FaultsController {
  snapshot: () => unknown = () => 'state';

  @Sse('with-snapshot')
  withSnapshot() {
    return topic('a').snapshot(() => this.snapshot());
  }

  @Sse('plain')
  plain() {
    return topic('a');
  }
}

describe.each(ADAPTERS)('what fails in a stream on %s', (adapter) => {
  const start = async (logger: OperatorLog | false = false, sse: RealtimeOptions['sse'] = {}) => {
    const engine = new FaultyEngine(memoryEngine());
    const realtime = { engine, sse };
    const app = await startApp({
      adapter,
      controllers: [FaultsController],
      realtime,
      application: { logger },
    });
    return Object.assign(app, { controller: app.nest.get(FaultsController), engine });
  };

  it('before the first byte is an HTTP error', async () => {
    await using app = await start();
    app.controller.snapshot = () => {
      throw new NotFoundException('no such order');
    };
    expect((await ask(`${app.url}/with-snapshot`)).status).toBe(404);
    app.engine.around = () => Promise.reject(new Error('no log'));
    expect((await ask(`${app.url}/plain`)).status).toBe(500);
    await nobodyLeft(app);
  });

  it('after the first byte ends the stream, is logged, and is nothing to others', async () => {
    const log = new OperatorLog();
    await using app = await start(log);
    using other = await openSse(`${app.url}/plain`);
    await other.messages.next();
    app.controller.snapshot = () => Promise.reject(new Error('out of order'));
    using stream = await openSse(`${app.url}/with-snapshot?since=other-1-0`);
    expect(stream.status).toBe(200);
    await stream.ended;
    expect(await log.next('A stream of a ended')).toContain('snapshot');
    const { id } = await app.bus.publish('a', 1);
    expect((await other.messages.next()).id).toBe(id);

    app.engine.around = (operation, run) =>
      operation === 'read' ? Promise.reject(new Error('no log')) : run();
    using unread = await openSse(`${app.url}/plain`);
    await unread.ended;
    expect(await log.next('A stream of a ended')).toBeDefined();
    other.close();
    await nobodyLeft(app);
  });

  it('is nothing to a client that comes back: it has its cursor', async () => {
    await using app = await start();
    const first = await app.bus.publish('a', 1);
    app.controller.snapshot = () => Promise.reject(new Error('out of order'));
    using stream = await openSse(`${app.url}/with-snapshot?since=${first.id}`);
    expect((await stream.messages.next()).event).toBe('$live');
    const second = await app.bus.publish('a', 2);
    expect((await stream.messages.next()).id).toBe(second.id);
  });

  it('sends nothing after the end, whatever was still being loaded', async () => {
    await using app = await start(false, { heartbeatMs: 30, maxAgeMs: 30 });
    const gate = new Gate();
    app.controller.snapshot = () => gate.pass();
    using client = await rawClient(app.port, getRequest('/with-snapshot?since=other-1-0'));
    await client.has('\r\n0\r\n\r\n');
    expect(client.text()).toMatch(/"retryMs":\d+}\n\n\r\n0\r\n\r\n$/);
    expect(gate.arrived).toBe(1);
    const ended = client.text();
    gate.open();
    await turns(10);
    // The connection serves another request.
    client.socket.write(getRequest('/plain', { Connection: 'close' }));
    await client.ended;
    expect(client.text().slice(ended.length)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('leaves nothing of a client that left while its snapshot was loaded', async () => {
    await using app = await start();
    for (const query of ['', '?since=other-1-0']) {
      const gate = new Gate();
      app.controller.snapshot = () => gate.pass();
      const client = await rawClient(app.port, getRequest(`/with-snapshot${query}`));
      await until(() => gate.arrived === 1);
      client.socket.destroy();
      await client.ended;
      app.controller.snapshot = () => 'state';
      using other = await openSse(`${app.url}/with-snapshot`);
      await other.messages.take(2);
      await until(() => census(app).connections === 1);
      gate.open();
      other.close();
      await nobodyLeft(app);
    }
    expect(census(app)).toEqual(NOBODY);
  });
});
