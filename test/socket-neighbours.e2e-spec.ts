import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { describe, expect, it } from '@jest/globals';
import { memoryEngine, RealtimeBus, RealtimeModule } from 'nestjs-realtime';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { ADAPTERS, type AppOptions, type RunningApp, startApp } from './support/app.js';
import { Gate } from './support/gate.js';
import { openSocket } from './support/socket-client.js';
import { until } from './support/until.js';
import { gatewayPath, upgrade } from './support/upgrade.js';

class Echo {
  @SubscribeMessage('echo')
  echo(@MessageBody() text: string) {
    return `${this.constructor.name}: ${text}`;
  }
}

@WebSocketGateway()
class PlainGateway extends Echo {}

@WebSocketGateway({ namespace: 'chat' })
class ChatGateway extends Echo {}

@WebSocketGateway({ namespace: '/realtime', path: '/own', cors: { origin: 'https://a.example' } })
class OwnPathGateway extends Echo {}

/** socket.io ends what is not its own after a second: here, sooner. */
const IMPATIENT = { destroyUpgradeTimeout: 1 };

@WebSocketGateway(IMPATIENT)
class ImpatientGateway extends Echo {}

@WebSocketGateway({ path: '/bare' })
class BareGateway {
  @SubscribeMessage('echo')
  echo(@MessageBody() text: string) {
    return { event: 'echo', data: `bare: ${text}` };
  }
}

/** What a gateway of the application answers. */
async function echo(url: string, options: { path?: string } = {}): Promise<unknown> {
  const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, ...options });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('connect_error', reject);
    });
    return await socket.emitWithAck('echo', 'hi');
  } finally {
    socket.close();
  }
}

/** Has our gateway ask a client who it is for as long as it takes the other one to end what is not its own. */
async function askWhileOthersEnd(app: RunningApp, gate: Gate): Promise<unknown> {
  const asked = openSocket(app.url);
  await until(() => gate.arrived === 1);
  await expect(upgrade(`${app.url}/nobody`)).rejects.toThrow('socket hang up');
  gate.open();
  using ours = await asked;
  return await ours.ask('unsubscribe', { topics: ['a'] });
}

describe.each(ADAPTERS)('a gateway of the application on %s', (adapter) => {
  it('works with the default path, a namespace, and options of its own', async () => {
    const providers = [PlainGateway, ChatGateway, OwnPathGateway];
    await using app = await startApp({ adapter, providers });
    using _ours = await openSocket(app.url);
    expect(await echo(app.url)).toBe('PlainGateway: hi');
    expect(await echo(`${app.url}/chat`)).toBe('ChatGateway: hi');
    expect(await echo(`${app.url}/realtime`, { path: '/own' })).toBe('OwnPathGateway: hi');
  });

  it('works alone with options of its own', async () => {
    await using app = await startApp({ adapter, providers: [OwnPathGateway] });
    using _ours = await openSocket(app.url);
    expect(await echo(`${app.url}/realtime`, { path: '/own' })).toBe('OwnPathGateway: hi');
    const polling = await fetch(`${app.url}/own/?EIO=4&transport=polling`);
    expect(polling.headers.get('access-control-allow-origin')).toBe('https://a.example');
  });

  it('works on a port of its own', async () => {
    const port = await freePort();
    @WebSocketGateway(port)
    class OtherPortGateway extends Echo {}
    await using app = await startApp({ adapter, providers: [OtherPortGateway] });
    using _ours = await openSocket(app.url);
    expect(await echo(`http://127.0.0.1:${port}`)).toBe('OtherPortGateway: hi');
  });

  it('works with an adapter of the application, whose options are not ours', async () => {
    const allowRequest = (_: unknown, answer: (error: string, ok: boolean) => void) => answer('no', false);
    class StrictAdapter extends IoAdapter {
      override createIOServer(...[port, options]: Parameters<IoAdapter['createIOServer']>) {
        return super.createIOServer(port, { ...options, allowRequest } as typeof options);
      }
    }
    const configure = (nest: INestApplication) => void nest.useWebSocketAdapter(new StrictAdapter(nest));
    await using app = await startApp({ adapter, providers: [PlainGateway], configure });
    using _ours = await openSocket(app.url);
    await expect(echo(app.url)).rejects.toThrow('websocket error');
  });

  it('works with @nestjs/platform-ws', async () => {
    const configure = (nest: INestApplication) => void nest.useWebSocketAdapter(new WsAdapter(nest));
    await using app = await startApp({ adapter, providers: [BareGateway], configure });
    using _ours = await openSocket(app.url);
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/bare`);
    await once(socket, 'open');
    socket.send(JSON.stringify({ event: 'echo', data: 'hi' }));
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(answer.toString())).toEqual({ event: 'echo', data: 'bare: hi' });
    socket.terminate();
  });

  it('does not end ours that are still being asked who they are', async () => {
    const gate = new Gate();
    const realtime = { authenticate: () => gate.pass() as never };
    await using app = await startApp({ adapter, providers: [ImpatientGateway], realtime });
    expect(await askWhileOthersEnd(app, gate)).toEqual({ ok: true });
  });

  it('does not, even if it begins to listen later', async () => {
    const gate = new Gate();
    await using app = await startApp({ adapter, realtime: { authenticate: () => gate.pass() as never } });
    const late = new Server(app.nest.getHttpServer() as HttpServer, IMPATIENT);
    expect(await askWhileOthersEnd(app, gate)).toEqual({ ok: true });
    late.engine.close();
  });
});

describe.each(ADAPTERS)('upgrades on %s', (adapter) => {
  it('of others go to whoever listens, and ours do not', async () => {
    const seen: (string | undefined)[] = [];
    await using app = await startApp({ adapter });
    const server = app.nest.getHttpServer() as HttpServer;
    server.on('upgrade', ({ url }, socket) => {
      seen.push(url);
      socket.end('HTTP/1.1 418 I am a teapot\r\nConnection: close\r\n\r\n');
    });
    using _ours = await openSocket(app.url);
    for (const path of ['/tea', '/realtime/socket.io/more', '/realtime', '/realtime/socket.iox']) {
      expect(await upgrade(app.url + path)).toMatchObject({ status: 418 });
    }
    expect(seen).toEqual(['/tea', '/realtime/socket.io/more', '/realtime', '/realtime/socket.iox']);
  });

  it('are nobody’s with the gateway switched off', async () => {
    await using app = await startApp({ adapter, realtime: { socket: false } });
    expect(await upgrade(app.url + gatewayPath())).toMatchObject({ status: 404 });
  });

  it('come to a path of the application’s choice, whatever its global prefix', async () => {
    const configure = (nest: INestApplication) => void nest.setGlobalPrefix('api');
    await using app = await startApp({ adapter, configure, realtime: { socket: { path: '/live/' } } });
    const query = '?EIO=4&transport=websocket';
    for (const path of ['/live', '/live/']) {
      const { status, socket } = await upgrade(app.url + path + query);
      expect(status).toBe(101);
      socket?.destroy();
    }
    expect(await upgrade(app.url + gatewayPath())).toMatchObject({ status: 404 });
  });
});

describe.each(ADAPTERS)('over TLS on %s', (adapter) => {
  it('a socket is a socket', async () => {
    // Without a certificate, which nobody would have to keep.
    const https = { ciphers: 'aNULL:@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const;
    const secure: AppOptions =
      adapter === 'express'
        ? { application: { httpsOptions: https } }
        : { httpAdapter: new FastifyAdapter({ https }) };
    await using app = await startApp({ adapter, ...secure });
    const { ciphers } = https;
    using ours = await openSocket(app.url.replace('http', 'https'), { ciphers, rejectUnauthorized: false });
    expect(await ours.ask('unsubscribe', { topics: ['a'] })).toEqual({ ok: true });
    await app.close();
    expect(await ours.messages.next()).toMatchObject({ name: 'closing' });
  });
});

it('without HTTP there is a bus and no gateway', async () => {
  class AppModule {}
  const imports = [RealtimeModule.forRoot({ engine: memoryEngine() })];
  const context = await NestFactory.createApplicationContext(
    { module: AppModule, imports },
    { logger: false },
  );
  expect(await context.get(RealtimeBus).publish('a', 1)).toMatchObject({ topic: 'a' });
  await context.close();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
