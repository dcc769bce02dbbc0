/**
 * @typedef {{ transport: 'sse', path: string, opening: string }} SseClient
 *   `opening`: what a client has read once events will reach it
 * @typedef {{ transport: 'socket', path: string, namespace: string, subscribe?: string }} SocketClient
 * @typedef {{ name: string, label: string, client: SseClient | SocketClient, idleOnly?: boolean }} Contender
 *   `name` is the file in this folder, which exports `start(): Promise<Server>`; `idleOnly`: only its memory
 * @typedef {{ port: number, publish(events: number): void, stop(): unknown }} Server
 *   `publish` sends that many events to every client, all in the current turn of the event loop
 */

const HEAD = '\r\n\r\n';

/** @type {Contender[]} */
export const CONTENDERS = [
  {
    name: 'node-http',
    label: 'node:http, `res.write` in a loop',
    client: { transport: 'sse', path: '/events', opening: HEAD },
  },
  {
    name: 'node-socket',
    label: 'node:net, one ready chunk per turn and socket',
    client: { transport: 'sse', path: '/events', opening: HEAD },
  },
  {
    name: 'nest-sse',
    label: "Nest's own `@Sse`, Express",
    client: { transport: 'sse', path: '/events', opening: HEAD },
  },
  {
    name: 'nest-response',
    label: 'Nest on Express, `@Res()` left open',
    client: { transport: 'sse', path: '/events', opening: HEAD },
    idleOnly: true,
  },
  {
    name: 'better-sse',
    label: 'better-sse `channel.broadcast`',
    client: { transport: 'sse', path: '/events', opening: HEAD },
  },
  {
    name: 'realtime-sse',
    label: 'nestjs-realtime `@Sse`, Express',
    client: { transport: 'sse', path: '/events', opening: 'event: $live' },
  },
  {
    name: 'realtime-sse-fastify',
    label: 'nestjs-realtime `@Sse`, Fastify',
    client: { transport: 'sse', path: '/events', opening: 'event: $live' },
    idleOnly: true,
  },
  {
    name: 'socket-io',
    label: 'socket.io `io.emit`',
    client: { transport: 'socket', path: '/socket.io', namespace: '/' },
  },
  {
    name: 'realtime-socket',
    label: 'nestjs-realtime socket gateway',
    client: {
      transport: 'socket',
      path: '/realtime/socket.io',
      namespace: '/realtime',
      subscribe: 'bench',
    },
  },
];
