import type { IoAdapter } from '@nestjs/platform-socket.io';

/** socket.io's server, of the version that Nest brings. */
export type Server = ReturnType<IoAdapter['createIOServer']>;

/** socket.io's socket. */
export type Socket = Server['sockets']['sockets'] extends Map<string, infer S> ? S : never;

/** The connection below a socket. */
export type Engine = Socket['conn'];

/** What is used of the WebSocket below that (`ws`). */
export interface WebSocket {
  /** 1 while frames may be sent. */
  readonly readyState: number;
  pause(): void;
  resume(): void;
}
