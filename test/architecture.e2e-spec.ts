import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findCycle, importsOf, readImports } from './support/imports.js';

const SOURCES = ['libs/protocol/src', 'libs/client/src', 'libs/realtime/src', 'apps/demo/src'].flatMap(
  sourceFiles,
);

/** Each rule is an import that must not be, as `file -> file or package`; with one it forbids and one it allows. */
const RULES = [
  {
    rule: 'the protocol imports nothing',
    forbidden: /^libs\/protocol\/src\/.* -> (?!libs\/protocol\/src\/)/,
    breaks: 'libs/protocol/src/position.ts -> node:util',
    keeps: 'libs/protocol/src/position.ts -> libs/protocol/src/protocol.error.ts',
  },
  {
    rule: 'the client imports the protocol, socket.io-client, and what its bindings bind',
    forbidden:
      /^libs\/client\/src\/(?!.*\.spec\.ts).* -> (?!libs\/client\/src\/|nestjs-realtime-protocol$|socket\.io-client$|react$|rxjs$)/,
    breaks: 'libs/client/src/publish.ts -> node:crypto',
    keeps: 'libs/client/src/transports/open-socket.ts -> socket.io-client',
  },
  {
    rule: 'only its binding knows a framework',
    forbidden: /^libs\/client\/src\/(?!(\w+)\/.* -> \1$).* -> (react|rxjs)$/,
    breaks: 'libs/client/src/react/use-topic.ts -> rxjs',
    keeps: 'libs/client/src/rxjs/from-topic.ts -> rxjs',
  },
  {
    rule: 'libraries and demo know each other by their public names only',
    forbidden: /^(\w+\/\w+)\/.* -> (?!\1\/)(libs|apps)\//,
    breaks: 'apps/demo/src/main.ts -> libs/realtime/src/bus/feed.ts',
    keeps: 'apps/demo/src/main.ts -> nestjs-realtime',
  },
  {
    rule: 'engines know their interface, the event, the errors, the protocol and Nest',
    forbidden:
      /^libs\/realtime\/src\/engines\/.* -> (?!libs\/realtime\/src\/(engines\/|bus\/log-event\.ts|realtime\.errors\.ts)|nestjs-realtime-protocol$|@nestjs\/common$|ioredis$|lmdb$|node:)/,
    breaks: 'libs/realtime/src/engines/memory/memory-engine.ts -> libs/realtime/src/realtime.options.ts',
    keeps: 'libs/realtime/src/engines/memory/memory-engine.ts -> libs/realtime/src/bus/log-event.ts',
  },
  {
    rule: 'no engine knows another',
    forbidden: /^libs\/realtime\/src\/engines\/(\w+)\/.* -> libs\/realtime\/src\/engines\/(?!\1\/)\w+\//,
    breaks:
      'libs/realtime/src/engines/redis/redis-engine.ts -> libs/realtime/src/engines/memory/topic-log.ts',
    keeps:
      'libs/realtime/src/engines/memory/memory-engine.ts -> libs/realtime/src/engines/memory/topic-log.ts',
  },
  {
    rule: 'the bus, the transports and the webhooks know engines by their interface only',
    forbidden:
      /^libs\/realtime\/src\/(bus|transports|access|webhooks)\/.* -> libs\/realtime\/src\/engines\/\w+\//,
    breaks: 'libs/realtime/src/bus/feeds.ts -> libs/realtime/src/engines/memory/memory-engine.ts',
    keeps: 'libs/realtime/src/bus/feeds.ts -> libs/realtime/src/engines/engine.interface.ts',
  },
  {
    rule: 'the bus and the engines know no way to reach them',
    forbidden:
      /^libs\/realtime\/src\/(bus|engines)\/.* -> libs\/realtime\/src\/(transports|access|webhooks|testing)\//,
    breaks: 'libs/realtime/src/bus/feed.ts -> libs/realtime/src/transports/connections.ts',
    keeps: 'libs/realtime/src/transports/connections.ts -> libs/realtime/src/bus/feed.ts',
  },
  {
    rule: 'only engines/redis knows Redis',
    forbidden: /^(?!libs\/realtime\/src\/engines\/redis\/).* -> ioredis$/,
    breaks: 'libs/realtime/src/realtime.module.ts -> ioredis',
    keeps: 'libs/realtime/src/engines/redis/redis-engine.ts -> ioredis',
  },
  {
    rule: 'only transports/socket knows socket.io',
    forbidden:
      /^libs\/(?!realtime\/src\/transports\/socket\/).* -> (socket\.io|engine\.io|@nestjs\/platform-socket\.io|@nestjs\/websockets)(\/|$)/,
    breaks: 'libs/realtime/src/transports/hub/hub.controller.ts -> @nestjs/platform-socket.io',
    keeps: 'libs/realtime/src/transports/socket/realtime.gateway.ts -> socket.io',
  },
  {
    rule: 'only relay knows @nestjs/microservices, and only who imports that entry loads it',
    forbidden:
      /^libs\/realtime\/src\/(?!relay\/).* -> (@nestjs\/microservices$|libs\/realtime\/src\/relay\/)/,
    breaks: 'libs/realtime/src/index.ts -> libs/realtime/src/relay/index.ts',
    keeps: 'libs/realtime/src/relay/relay.ts -> @nestjs/microservices',
  },
  {
    rule: 'nothing comes from inside Nest',
    forbidden: / -> @nestjs\/[\w.-]+\//,
    breaks: 'libs/realtime/src/realtime.module.ts -> @nestjs/core/router/sse-stream.js',
    keeps: 'libs/realtime/src/realtime.module.ts -> @nestjs/platform-socket.io',
  },
];

const imports = readImports(SOURCES);
const edges = [...imports].flatMap(([file, targets]) => targets.map((target) => `${file} -> ${target}`));

describe.each(RULES)('$rule', ({ forbidden, breaks, keeps }) => {
  it('in every file', () => {
    expect(edges.filter((edge) => forbidden.test(edge))).toEqual([]);
  });

  it('and a file that does otherwise is found', () => {
    expect([breaks, keeps].filter((edge) => forbidden.test(edge))).toEqual([breaks]);
  });
});

describe('no file imports itself, by way of others', () => {
  it('in all sources', () => {
    expect(findCycle(imports)).toEqual([]);
  });

  it('and files that do are found', () => {
    const circle = new Map([
      ['start.ts', ['a.ts']],
      ['a.ts', ['b.ts', 'node:fs']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['a.ts']],
    ]);
    expect(findCycle(circle)).toEqual(['a.ts', 'b.ts', 'c.ts']);
  });
});

it('sees every kind of import', () => {
  const source = `
    import first from './a.js';
    import type { Second } from '../b.js';
    export * from 'third';
    const fourth = await import('node:fs');
    // import './comment.js';
    const text = "import './text.js'";`;
  expect(importsOf('libs/x/src/y/z.ts', source)).toEqual([
    'libs/x/src/y/a.ts',
    'libs/x/src/b.ts',
    'third',
    'node:fs',
  ]);
});

it('looks at all sources', () => {
  expect(SOURCES).toEqual(
    expect.arrayContaining(['libs/protocol/src/position.ts', 'libs/realtime/src/bus/realtime-bus.ts']),
  );
  expect([...imports.values()].flat().filter((target) => target.endsWith('.ts'))).toEqual(
    [...imports.values()].flat().filter((target) => SOURCES.includes(target)),
  );
});

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'));
}
