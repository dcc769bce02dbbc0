import { Body, Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { ADAPTERS, startApp } from './support/app.js';
import { getRequest, rawClient } from './support/raw-client.js';
import { upgrade } from './support/upgrade.js';

const WISH = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQ' };

@Controller()
class EchoController {
  @Post('echo')
  echo(@Body() body: unknown) {
    return body;
  }

  @Get('never')
  never() {
    return new Promise(() => {});
  }
}

function postRequest(body: string, headers: Readonly<Record<string, string>> = {}): string {
  const described = { ...headers, 'Content-Type': 'application/json', 'Content-Length': String(body.length) };
  return getRequest('/echo', described).replace('GET', 'POST') + body;
}

describe.each(ADAPTERS)('an upgrade that nobody wants, on %s', (adapter) => {
  it('is an ordinary request, as it was without us', async () => {
    await using app = await startApp({ adapter, controllers: [EchoController] });
    expect(await upgrade(`${app.url}/nobody`)).toMatchObject({ status: 404 });
    // Its body in two pieces, and more requests on the same connection.
    const first = postRequest('{"number":1}', WISH);
    using client = await rawClient(app.port, first.slice(0, -5));
    client.socket.write(first.slice(-5) + postRequest('{"number":2}'));
    await client.has('{"number":2}');
    client.socket.write(postRequest('{"number":3}', WISH));
    const said = await client.has('{"number":3}');
    expect(said.split('HTTP/1.1 201 Created')).toHaveLength(4);
  });

  it('ends the connection while an earlier request is not answered', async () => {
    await using app = await startApp({ adapter, controllers: [EchoController] });
    using client = await rawClient(app.port, getRequest('/never') + getRequest('/echo', WISH));
    await client.ended;
    expect(client.text()).toBe('');
  });
});
