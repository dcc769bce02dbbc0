import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';

const require = createRequire(import.meta.url);

/** Serves the page, which needs no build, and the two libraries it uses. Found from `src` and from `dist`. */
export function servePages(app: NestExpressApplication): void {
  app.useStaticAssets(fileURLToPath(new URL('../public', import.meta.url)));
  app.useStaticAssets(distOf('uplot'), { prefix: '/vendor/uplot' });
  app.useStaticAssets(distOf('socket.io-client'), { prefix: '/vendor/socket.io-client' });
}

function distOf(library: string): string {
  return join(dirname(require.resolve(`${library}/package.json`)), 'dist');
}
