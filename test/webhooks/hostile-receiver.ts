import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { say } from '../support/say.js';

/** What is done to whoever sends something. */
export type Hostility =
  | 'answer'
  | 'hang'
  | 'half headers'
  | 'many headers'
  | 'dripped headers'
  | 'drip'
  | 'gigabyte'
  | 'reset'
  | 'redirect';

/** What the program says: where it listens, that it is as it was told to be, that somebody was done it to. */
export type HostileSaid =
  { readonly port: number } | { readonly ready: string } | { readonly did: Hostility };

const OK = 'HTTP/1.1 200 OK\r\n';
const KIB = 1024;
/** Just less than is read of headers, and of a body: nobody who is sent this has been cut off yet. */
const NEARLY_ALL = Object.freeze({ headers: 8_000, lines: 98, drops: 500 });

let hostility: Hostility = 'answer';
const sockets = new Set<Socket>();

const behaviours: Record<Hostility, (socket: Socket, done: () => void) => void> = {
  answer: (socket, done) => socket.write('HTTP/1.1 204 No Content\r\n\r\n', done),
  hang: (_, done) => done(),
  'half headers': (socket, done) =>
    socket.write(OK + `x-flood: ${'x'.repeat(89)}\r\n`.repeat(NEARLY_ALL.headers / 100), done),
  'many headers': (socket, done) => socket.write(OK + 'a:b\r\n'.repeat(NEARLY_ALL.lines), done),
  'dripped headers': (socket, done) => drip(socket, OK, 'a:b\r\n', NEARLY_ALL.lines, done),
  drip: (socket, done) => drip(socket, `${OK}content-length: ${KIB}\r\n\r\n`, 'x', NEARLY_ALL.drops, done),
  gigabyte: (socket, done) => {
    socket.write(`${OK}content-length: ${KIB ** 3}\r\n\r\n`);
    const chunk = Buffer.alloc(64 * KIB, 'x');
    const write = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', write).once('close', done);
    write();
  },
  reset: (socket, done) => {
    socket.resetAndDestroy();
    done();
  },
  redirect: (socket, done) =>
    socket.write(
      'HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n',
      done,
    ),
};

/** Sends so many drops, each in a packet of its own. */
function drip(socket: Socket, start: string, drop: string, drops: number, done: () => void): void {
  let left = drops;
  const next = () => (left-- > 0 ? void socket.write(drop, () => setImmediate(next)) : done());
  socket.setNoDelay(true).write(start, next);
}

/** A receiver that is as hostile as its input says, line by line; `let go` ends all connections. */
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
  socket.once('data', () => {
    const did = hostility;
    behaviours[did](socket, () => say({ did } satisfies HostileSaid));
  });
});
server.listen(0, '0.0.0.0', () =>
  say({ port: (server.address() as AddressInfo).port } satisfies HostileSaid),
);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'let go') for (const socket of sockets) socket.resetAndDestroy();
  else hostility = line as Hostility;
  say({ ready: line } satisfies HostileSaid);
}
