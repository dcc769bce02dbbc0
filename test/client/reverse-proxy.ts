import { describe } from '@jest/globals';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../packages/libraries.js';
import { Daemon } from '../relay/daemon.js';
import { find, HAPROXY, NGINX } from '../support/ensure-system.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const GUIDE = join(ROOT, 'docs/guides/proxies');

/** What the guide's files say, which is other on this machine: where to listen, and where the application is. */
const LISTENS = /(?<=listen |bind )[:\w]*8080/;
const APPLICATION = /127\.0\.0\.1:3000/;

/** nginx or haproxy in front of an application, configured by a file of the guide. `await using` ends it. */
export interface ReverseProxy extends AsyncDisposable {
  readonly url: string;
}

/** Those that are on this machine. */
const PROGRAMS = { nginx: find(NGINX), haproxy: find(HAPROXY) };

/** `describe` for tests behind the program of this file; they count as skipped where it is missing. */
export function describeBehind(file: string): typeof describe | typeof describe.skip {
  return PROGRAMS[isNginx(file) ? 'nginx' : 'haproxy'] ? describe : describe.skip;
}

/** @param file of docs/guides/proxies */
export async function startProxy(file: string, port: number): Promise<ReverseProxy> {
  const listens = `127.0.0.1:${await freePort()}`;
  const text = await readFile(join(GUIDE, file), 'utf8');
  const configuration = replaced(replaced(text, LISTENS, listens), APPLICATION, `127.0.0.1:${port}`);
  const folder = await temporaryFolder();
  await writeFile(join(folder, file), configuration);
  const daemon = isNginx(file) ? await startNginx(folder, file) : startHaproxy(folder, file);
  await accepts(listens);
  return { url: `http://${listens}`, [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}

/** As a distribution does: the file is one of those that nginx includes. */
async function startNginx(folder: string, file: string): Promise<Daemon> {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (path) => `${path}_temp_path ${path};`,
  );
  const main = `daemon off; master_process off; pid nginx.pid; error_log stderr;
    events {}
    http { access_log off; ${paths.join(' ')} include ${file}; }`;
  await writeFile(join(folder, 'main'), main);
  return Daemon.start(PROGRAMS.nginx!, ['-p', folder, '-c', join(folder, 'main'), '-e', 'stderr']);
}

function startHaproxy(folder: string, file: string): Daemon {
  return Daemon.start(PROGRAMS.haproxy!, ['-db', '-f', join(folder, file)]);
}

function isNginx(file: string): boolean {
  return file.startsWith('nginx');
}

function replaced(text: string, what: RegExp, by: string): string {
  if (!what.test(text)) throw new Error(`${what} is nowhere in:\n${text}`);
  return text.replace(what, by);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Tries until somebody listens there. */
async function accepts(address: string): Promise<void> {
  const { hostname, port } = new URL(`http://${address}`);
  for (;;) {
    const socket = connect({ host: hostname, port: Number(port) });
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
  }
}
