import { BadRequestException, Controller, HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Sse } from 'nestjs-realtime';
import { concat, defer, Observable, of, Subject, throwError } from 'rxjs';
import { Connections } from '../libs/realtime/src/transports/connections.js';
import { ADAPTERS, startApp } from './support/app.js';
import { Gate } from './support/gate.js';
import { ask } from './support/http-answer.js';
import { Inbox } from './support/inbox.js';
import { getRequest, rawClient } from './support/raw-client.js';
import { openSse } from './support/sse-client.js';
import { turns } from './support/turns.js';
import { until } from './support/until.js';
import { OperatorLog } from './webhooks/operator-log.js';

@Controller()
class StreamController {
  readonly subject = new Subject<unknown>();
  readonly told = new Inbox<string>();
  gate = new Gate();
  subscriptions = 0;

  private watched(source: Observable<unknown>) {
    return new Observable((subscriber) => {
      this.subscriptions++;
      subscriber.add(() => this.told.push('left'));
      return source.subscribe(subscriber);
    });
  }

  @Sse('subject')
  async fromSubject() {
    await this.gate.pass();
    return this.watched(this.subject);
  }

  @Sse('fails-at-once')
  failsAtOnce() {
    return throwError(() => new NotFoundException('no such thing'));
  }

  @Sse('fails-soon')
  failsSoon() {
    return defer(async () => {
      await Promise.resolve();
      throw new BadRequestException('not so');
    });
  }

  @Sse('throws')
  throws(): Observable<unknown> {
    throw new NotFoundException('no such thing');
  }

  @Sse('fails-later')
  failsLater() {
    return concat(of('first'), this.subject);
  }

  @Sse('cyclic')
  cyclic() {
    const data: Record<string, unknown> = {};
    data.self = data;
    return concat(of('first'), of({ data }));
  }

  @Sse('teardown-throws')
  teardownThrows() {
    return new Observable(() => () => {
      this.told.push('left');
      throw new Error('cannot leave');
    });
  }
}

describe.each(ADAPTERS)('the end of an Observable on %s', (adapter) => {
  const start = async (logger: OperatorLog | false = false) => {
    const app = await startApp({ adapter, controllers: [StreamController], application: { logger } });
    return Object.assign(app, { controller: app.nest.get(StreamController) });
  };

  it('answers what fails before there is anything to send as any route does', async () => {
    await using app = await start();
    const answer = async (path: string) => {
      const { status, body } = await ask(`${app.url}/${path}`);
      return [status, (body as Error).message];
    };
    expect(await answer('throws')).toEqual([404, 'no such thing']);
    expect(await answer('fails-at-once')).toEqual([404, 'no such thing']);
    expect(await answer('fails-soon')).toEqual([400, 'not so']);
    expect(app.nest.get(Connections).size).toBe(0);
  });

  it.each([
    [new NotFoundException('gone'), 'gone'],
    [new Error('a secret'), 'Internal server error'],
    ['a secret', 'Internal server error'],
    [Object.assign(new Error('teapot'), { expose: true, status: 418, statusCode: 418 }), 'teapot'],
    [Object.assign(new Error('a secret'), { expose: false, status: 502, statusCode: 502 }), 'Bad Gateway'],
    [new BadRequestException(new Error('a secret')), 'Bad Request'],
  ])('ends with an error event when it fails later: %p', async (error, data) => {
    const log = new OperatorLog();
    await using app = await start(log);
    using stream = await openSse(`${app.url}/fails-later`);
    expect(await stream.messages.next()).toMatchObject({ data: 'first' });
    app.controller.subject.error(error);
    expect(await stream.messages.next()).toEqual({ id: undefined, event: 'error', data });
    await stream.ended;
    // As everywhere in Nest, an HttpException is an answer and not a fault.
    const logged = log.lines.drain().filter((line) => line.includes('StreamController.failsLater()'));
    expect(logged).toHaveLength(error instanceof HttpException ? 0 : 1);
  });

  it('ends with an error event when something cannot be serialised', async () => {
    await using app = await start();
    using stream = await openSse(`${app.url}/cyclic`);
    expect((await stream.messages.take(2)).map(({ data }) => data)).toEqual([
      'first',
      'Internal server error',
    ]);
    await stream.ended;
  });

  it('is left when the client leaves, and only then', async () => {
    await using app = await start();
    const { controller } = app;
    controller.gate.open();
    const stream = await openSse(`${app.url}/subject`);
    controller.subject.next('hello');
    expect((await stream.messages.next()).data).toBe('hello');
    expect(controller.told.size).toBe(0);
    stream.close();
    expect(await controller.told.next()).toBe('left');
    expect([controller.subject.observed, app.nest.get(Connections).size]).toEqual([false, 0]);
  });

  it('is never subscribed for a client that left while the handler ran, nor for HEAD', async () => {
    await using app = await start();
    const { controller } = app;
    const client = await rawClient(app.port, getRequest('/subject'));
    await until(() => controller.gate.arrived === 1);
    client.socket.destroy();
    const server = app.nest.getHttpServer() as {
      getConnections(tell: (e: unknown, n: number) => void): void;
    };
    const connections = () => new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)));
    while ((await connections()) > 0) await turns();
    controller.gate.open();
    expect((await ask(`${app.url}/subject`, {}, 'HEAD')).status).toBe(200);
    expect(controller.subscriptions).toBe(0);
    expect(app.nest.get(Connections).size).toBe(0);
  });

  it('may fail to be left, which is logged', async () => {
    const log = new OperatorLog();
    await using app = await start(log);
    const stream = await openSse(`${app.url}/teardown-throws`);
    stream.close();
    expect(await app.controller.told.next()).toBe('left');
    expect(await log.next('teardownThrows()')).toContain('could not be left');
  });
});
