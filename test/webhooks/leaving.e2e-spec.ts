import { request } from 'node:http';
import type { Socket } from 'node:net';
import { Controller, Req, UseInterceptors } from '@nestjs/common';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { hmac, Webhook, WebhookMetrics } from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { NEVER, type Observable, race, Subject, switchMap, throwError } from 'rxjs';
import { ADAPTERS, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { deliver } from './deliver.js';
import { OperatorLog } from './operator-log.js';

const scheme = hmac({ secret: 's', header: 'x-signature', signed: '{id}.{body}', id: { header: 'x-id' } });
const headers = (id: string) => signWebhook(scheme, '{}', { id });

interface Run {
  readonly socket: Socket;
  end(): void;
  fail(error: Error): void;
}

const runs = new Inbox<Run>();
/** Has the interceptor below give up on the handler, as rxjs' timeout() would. */
const timeUp = new Subject<void>();

@Controller()
class Hooks {
  @Webhook('hook', { scheme })
  hook(@Req() request: { raw?: { socket: Socket }; socket: Socket }) {
    return new Promise<void>((resolve, reject) =>
      runs.push({ socket: (request.raw ?? request).socket, end: resolve, fail: reject }),
    );
  }

  @Webhook('timed', { scheme })
  @UseInterceptors({
    intercept: (_context: unknown, next: { handle(): Observable<unknown> }) =>
      race(next.handle(), timeUp.pipe(switchMap(() => throwError(() => new Error('time is up')))), NEVER),
  })
  timed() {
    return this.hook({ socket: {} as Socket });
  }
}

describe.each(ADAPTERS)('a handler is seen to its end, on %s', (adapter) => {
  afterEach(() => void jest.restoreAllMocks());

  const start = async () => {
    const log = new OperatorLog();
    const app = await startApp({ adapter, controllers: [Hooks], application: { logger: log } });
    return Object.assign(app, { log, metrics: app.nest.get(WebhookMetrics) });
  };

  /** Delivers, leaves while the handler runs, and resolves when the server knows. */
  const leave = async (url: string, id: string) => {
    const outgoing = request(url, { method: 'POST', agent: false, headers: headers(id) }).on(
      'error',
      () => {},
    );
    outgoing.end('{}');
    const run = await runs.next();
    const gone = new Promise((resolve) => run.socket.once('close', resolve));
    outgoing.destroy();
    await gone;
    return run;
  };

  it('when its sender has left', async () => {
    await using app = await start();
    const url = `${app.url}/hook`;
    (await leave(url, '1')).end();
    expect(await deliver(url, '{}', headers('1'))).toMatchObject({ status: 200 });
    expect(runs.size).toBe(0);

    (await leave(url, '2')).fail(new Error('broken'));
    expect(await app.log.next('hook:')).toBe('hook: failed after its sender had left');
    const retried = deliver(url, '{}', headers('2'));
    (await runs.next()).end();
    expect(await retried).toMatchObject({ status: 200 });
    expect([app.metrics.count('hook', 'handled'), app.metrics.count('hook', 'failed')]).toEqual([2, 1]);
  });

  it('when an interceptor has given up on it', async () => {
    await using app = await start();
    const url = `${app.url}/timed`;
    for (const [id, end] of [
      ['1', (run: Run) => run.end()],
      ['2', (run: Run) => run.fail(new Error('broken'))],
    ] as const) {
      const timed = deliver(url, '{}', headers(id));
      const run = await runs.next();
      timeUp.next();
      expect(await timed).toMatchObject({ status: 500 });
      expect(await deliver(url, '{}', headers(id))).toMatchObject({ status: 409 });
      end(run);
    }
    expect(await app.log.next('timed:')).toBe('timed: failed after its sender had left');
    expect(await deliver(url, '{}', headers('1'))).toMatchObject({ status: 200 });
    expect(runs.size).toBe(0);
    const retried = deliver(url, '{}', headers('2'));
    (await runs.next()).end();
    expect(await retried).toMatchObject({ status: 200 });
  });

  it('when it takes longer than its claim: it does not release that of its retry', async () => {
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    await using app = await start();
    const url = `${app.url}/hook`;
    const slow = deliver(url, '{}', headers('1'));
    const run = await runs.next();
    clock.mockReturnValue(now + 300_000);
    const retried = deliver(url, '{}', headers('1'));
    const retry = await runs.next();
    run.fail(new Error('broken'));
    expect(await slow).toMatchObject({ status: 500 });
    expect(await deliver(url, '{}', headers('1'))).toMatchObject({ status: 409 });
    retry.end();
    expect(await retried).toMatchObject({ status: 200 });
    expect(await deliver(url, '{}', headers('1'))).toMatchObject({ status: 200 });
    expect(runs.size).toBe(0);
  });
});
