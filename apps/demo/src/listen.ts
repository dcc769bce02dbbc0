import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import type { INestApplication } from '@nestjs/common';

const USUAL_PORT = 3_000;

/** Reads the environment's PORT; 0 chooses a free one. Ends the process with a clear line if it is no port. */
export function portFrom(text: string | undefined): number {
  if (!text) return USUAL_PORT;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  return leave(`PORT must be a number from 0 to 65535, not "${text}".`);
}

/** @returns the address to open in a browser. Ends the process with a clear line if the port is taken. */
export async function listen(app: INestApplication, port: number): Promise<string> {
  await app.init();
  const server: Server = app.getHttpServer();
  try {
    // Not by app.listen(), which logs an error with its stack before it throws it.
    await once(server.listen(port), 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      leave(
        `Port ${port} is taken. Choose another: PORT=${port + 1} npm run demo (PORT=0 finds a free one).`,
      );
    }
    leave(`Cannot listen on port ${port}: ${message}`);
  }
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** Ends the process, saying why. */
export function leave(why: string): never {
  console.error(why);
  process.exit(1);
}
