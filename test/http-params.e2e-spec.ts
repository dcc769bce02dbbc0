import { Controller, Param } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { LongPoll, ShortPoll, Sse, topic } from 'nestjs-realtime';
import { ADAPTERS, startApp } from './support/app.js';
import { ask, askLog } from './support/http-answer.js';
import { openSse } from './support/sse-client.js';

@Controller('by/:id')
class ByParamController {
  @LongPoll('state', { topic: 'things/:id' })
  async state(@Param('id') id: string) {
    return { id };
  }

  @ShortPoll('tagged', { topic: 'things/:id', etag: 'topic' })
  tagged(@Param('id') id: string) {
    return { id };
  }

  @ShortPoll('log')
  log(@Param('id') id: string) {
    return topic('things', id);
  }

  @Sse('stream')
  stream(@Param('id') id: string) {
    return topic('things', id);
  }
}

/** What stands in the path, and the text that it is. */
const TEXTS = [
  ['a', 'a'],
  ['%2F', '/'],
  ['..%2f..%2Fetc', '../../etc'],
  ['*', '*'],
  ['**', '**'],
  ['%00', '\0'],
  ['%0D%0Aid:%20x', '\r\nid: x'],
  ['%E2%80%A8', '\u2028'],
  ['%C3%BC', '\u00fc'],
  ['%25', '%'],
  ['%252F', '%2F'],
  [':id', ':id'],
  ['$reset', '$reset'],
] as const;

describe.each(ADAPTERS)('a parameter of a topic on %s', (adapter) => {
  it.each(TEXTS)('may be any text, and is one segment: %s', async (path, text) => {
    await using app = await startApp({ adapter, controllers: [ByParamController] });
    const url = `${app.url}/by/${path}`;
    expect((await ask(`${url}/state`)).body).toEqual({ id: text });
    const tagged = await ask(`${url}/tagged`);
    using stream = await openSse(`${url}/stream`);
    await stream.messages.next();

    const event = await app.bus.publish(topic('things', text), 'seen');
    expect((await stream.messages.next()).id).toBe(event.id);
    expect((await askLog(`${url}/log?since=earliest`)).events).toEqual([event]);
    expect((await ask(`${url}/tagged`, { 'If-None-Match': tagged.headers.get('etag')! })).status).toBe(200);
    expect(await askLog(`${app.url}/by/other/log?since=earliest&wait=0`).catch(String)).toContain('204');
  });

  it('is refused if it makes no topic', async () => {
    await using app = await startApp({ adapter, controllers: [ByParamController] });
    // 80 characters that are three bytes each.
    const long = encodeURIComponent('\u20ac'.repeat(90));
    for (const path of ['state', 'tagged', 'log', 'stream']) {
      const { status, body } = await ask(`${app.url}/by/${long}/${path}`);
      expect([path, status, body]).toMatchObject([path, 400, { statusCode: 400, code: 'topic-invalid' }]);
    }
  });
});
