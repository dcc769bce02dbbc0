import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';

const LIBRARIES = ['uplot', 'socket.io-client', 'nestjs-realtime-client', 'nestjs-realtime-protocol'];
const require = createRequire(import.meta.url);

/** Serves the page, which needs no build, and the libraries it uses. Found from `src` and from `dist`. */
export function servePages(app: NestExpressApplication): void {
  app.useStaticAssets(fileURLToPath(new URL('../public', import.meta.url)));
  for (const library of LIBRARIES) {
    app.useStaticAssets(distOf(library), { prefix: `/vendor/${library}` });
  }
}

function distOf(library: string): string {
  return join(dirname(require.resolve(`${library}/package.json`)), 'dist');
}
