import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import ts from 'typescript';
import { launchBrowser } from '../demo/browser.js';
import { ROOT } from '../packages/libraries.js';
import { describeInChromium } from '../support/chromium.js';
import { bundle } from './bundle.js';
import { openClientPage } from './client-page.js';
import { readConfig } from './compile.js';

/** Bytes, minified and gzipped, of an entry and all it imports but for its peers. */
const BUDGETS = [
  { entry: 'nestjs-realtime-client', peer: 'socket.io-client', holds: '/realtime/events', budget: 8 * 1024 },
  { entry: 'nestjs-realtime-client/react', peer: 'react', holds: 'offline', budget: 1024 },
  { entry: 'nestjs-realtime-client/rxjs', peer: 'rxjs', holds: 'snapshot', budget: 512 },
];

describe.each(BUDGETS)('$entry', ({ entry, peer, holds, budget }) => {
  it(`takes at most ${budget} bytes of a page`, async () => {
    const { code } = await bundle(`export * from '${entry}';`, [peer]);
    const bytes = gzipSync(code, { level: 9 }).length;
    expect({ entry, bytes, isWithin: bytes <= budget }).toEqual({ entry, bytes, isWithin: true });
  });

  it('is all there, and imports nothing but its peer', async () => {
    const { code, imports } = await bundle(`export * from '${entry}';`, [peer]);
    expect({ imports, isThere: code.includes(holds) }).toEqual({ imports: [peer], isThere: true });
  });
});

describeInChromium('a page', () => {
  let browser: Browser;
  beforeAll(async () => (browser = await launchBrowser()));
  afterAll(() => browser.close());

  it.each([
    ['websocket', 'socket-line'],
    ['sse', 'read-stream'],
    ['long-poll', 'read-polls'],
    ['short-poll', 'read-polls'],
  ])('loads the code of %s when it is tried, and of nothing else', async (transport, file) => {
    await using page = await openClientPage(
      browser,
      `import { createRealtimeClient } from 'nestjs-realtime-client';
       const client = createRealtimeClient({ transports: ['${transport}'], shareTabs: false });
       client.subscribe('menu', { onEvent: ({ data }) => tell(data) });
       client.onState(({ name }) => tell(name));`,
    );
    await page.told.until((told) => told === 'live');
    await page.app.bus.publish('menu', 'soup');
    expect(await page.told.next()).toBe('soup');
    const parts = ['socket-line', 'read-stream', 'read-polls', 'membership'];
    expect(parts.filter((part) => page.loaded.some((name) => name.startsWith(part)))).toEqual([file]);
  });
});

describe('browser safety', () => {
  it('a bundle that needs Node fails', async () => {
    await expect(bundle(`import 'node:fs';`)).rejects.toThrow('node:fs');
  });

  it('the client is compiled without the types of Node', () => {
    const { fileNames, options } = readConfig('libs/client/tsconfig.lib.json');
    const files = ts.createProgram(fileNames, options).getSourceFiles();
    const names = files.map(({ fileName }) => fileName);
    expect(names).toContain(join(ROOT, 'libs/client/src/client.ts'));
    expect(names.filter((name) => name.includes('@types/node/'))).toEqual([]);
  });
});
