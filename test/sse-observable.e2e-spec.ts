import {
  Controller,
  Header,
  HttpCode,
  type MessageEvent,
  Req,
  Sse as NestSse,
  SseSignal,
} from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Sse } from 'nestjs-realtime';
import { EMPTY, from, NEVER, of, Subject } from 'rxjs';
import { ADAPTERS, startApp } from './support/app.js';
import { ask } from './support/http-answer.js';
import { Inbox } from './support/inbox.js';
import { openSse } from './support/sse-client.js';

const MESSAGES = [
  { id: '7', type: 'said', data: { text: 'a\nb' } },
  { id: 'a\r\nb\0', type: 'x\n\ndata: evil', data: 'one\r\ntwo\rthree\nfour', retry: 1234 },
  { data: '' },
  { comment: 'still\nhere' },
  { type: '', data: 'no type' },
  { id: '8' },
  'plain',
  7,
  null,
  ['a'],
] as (MessageEvent | string)[];

@Controller()
class StreamController {
  readonly subject = new Subject<unknown>();
  readonly told = new Inbox<string>();

  @Sse('messages')
  messages() {
    return from(MESSAGES);
  }

  @NestSse('messages-by-nest')
  messagesByNest() {
    return from(MESSAGES);
  }

  @Sse('quiet')
  @Header('X-Own', 'kept')
  quiet() {
    return NEVER;
  }

  @Sse('empty')
  @HttpCode(202)
  empty() {
    return EMPTY;
  }

  @Sse('signal')
  signal(@SseSignal() signal: AbortSignal) {
    signal.addEventListener('abort', () => this.told.push('aborted'));
    return this.subject;
  }

  @Sse('handler-takes-request')
  request(@Req() { headers }: { headers: Record<string, string> }) {
    return of(`after ${headers['last-event-id']}`);
  }
}

describe.each(ADAPTERS)('@Sse of an Observable on %s', (adapter) => {
  const start = async () => {
    const app = await startApp({ adapter, controllers: [StreamController] });
    return Object.assign(app, { controller: app.nest.get(StreamController) });
  };

  it('sends what Nest sends, except ids of its own making', async () => {
    await using app = await start();
    const frames = async (path: string) =>
      (await ask(`${app.url}/${path}`)).text.replace(/^(retry: \d+\n\n|\n)/, '').split(/(?<=\n\n)/);
    const ours = await frames('messages');
    const nests = await frames('messages-by-nest');
    expect(ours).toHaveLength(MESSAGES.length);
    expect(ours).toEqual(
      nests.map((frame, n) => {
        const { id } = (MESSAGES[n] as MessageEvent) ?? {};
        return (id === undefined ? frame.replace(/^id: .*\n/m, '') : frame).replaceAll('\0', '');
      }),
    );
  });

  it('dispatches in a browser what was meant, whatever is in it', async () => {
    await using app = await start();
    using stream = await openSse(`${app.url}/messages`);
    expect(await stream.messages.take(2)).toEqual([
      { id: '7', event: 'said', data: '{"text":"a\\nb"}' },
      { id: 'ab', event: 'xdata: evil', data: 'one\ntwo\nthree\nfour' },
    ]);
    await stream.ended;
  });

  it('sends the headers at once, though nothing comes', async () => {
    await using app = await start();
    using stream = await openSse(`${app.url}/quiet`);
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-own': 'kept',
    });
    const empty = await ask(`${app.url}/empty`);
    expect([empty.status, empty.text.replace(/\d+/, 'n')]).toEqual([202, 'retry: n\n\n']);
  });

  it('has its handler told by @SseSignal() when it is over', async () => {
    await using app = await start();
    const stream = await openSse(`${app.url}/signal`);
    stream.close();
    expect(await app.controller.told.next()).toBe('aborted');
    using second = await openSse(`${app.url}/signal`);
    app.controller.subject.complete();
    await second.ended;
    expect(await app.controller.told.next()).toBe('aborted');
  });

  it('leaves Last-Event-ID to its handler', async () => {
    await using app = await start();
    using stream = await openSse(`${app.url}/handler-takes-request`, { 'Last-Event-ID': '17' });
    expect((await stream.messages.next()).data).toBe('after 17');
  });
});
