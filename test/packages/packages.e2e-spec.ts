import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Consumer } from './consumer.js';
import { Installation, type Packed } from './installation.js';
import { ENTRIES, LIBRARIES, ROOT } from './libraries.js';
import { runProgram } from './run-program.js';

const PUBLISHED = /^(dist\/.+\.(js|d\.ts)|package\.json|README\.md|LICENSE)$/;
const OF_TESTS = /\.(e2e-)?spec\.|\.test\.|__/;

let installation: Installation;

beforeAll(async () => {
  installation = await Installation.create();
}, 60_000);

afterAll(() => installation?.dispose());

describe.each(LIBRARIES.map(({ manifest }) => manifest.name))('the tarball of %s', (name) => {
  let packed: Packed;
  let tarball: string;

  beforeAll(() => {
    packed = installation.packed.find((one) => one.name === name)!;
    tarball = join(installation.folder, packed.filename);
  });

  it('satisfies publint', async () => {
    const { stdout } = await tool('publint', 'run', tarball, '--strict');
    expect(stdout).toContain('All good!');
  });

  it('has types that resolve', async () => {
    const { stdout } = await tool(
      'attw',
      tarball,
      '--profile',
      'esm-only',
      '--no-definitely-typed',
      '-f',
      'json',
    );
    expect(JSON.parse(stdout)).toMatchObject({ analysis: { types: { kind: 'included' } } });
  });

  it('holds the code, its types, a README and the licence, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts']),
    );
    expect(paths.filter((path) => !PUBLISHED.test(path) || OF_TESTS.test(path))).toEqual([]);
  });

  it('names no path of the machine it was built on and no map that is not there', async () => {
    const contents = await Promise.all(
      packed.files.map(({ path }) => readFile(join(installation.library(name), path), 'utf8')),
    );
    for (const text of [ROOT, 'file://', 'sourceMappingURL']) {
      expect(packed.files.filter((_, at) => contents[at]!.includes(text))).toEqual([]);
    }
  });
});

describe('an application that installed the tarballs', () => {
  it('imports every entry in plain node, which changes nothing else in the process', async () => {
    const peers = LIBRARIES.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}));
    const { stdout, stderr } = await installation.runScript('import-all.mjs', peers.join(), ENTRIES.join());
    const { before, after } = JSON.parse(stdout) as { before: unknown; after: unknown };
    expect(after).toEqual(before);
    expect(stderr).toBe('');
  });

  it('compiles the examples of their READMEs, with strict types and those of the libraries checked too', () => {
    const examples = LIBRARIES.flatMap(({ folder }) => codeBlocks(join(folder, 'README.md')));
    expect(examples.length).toBeGreaterThanOrEqual(LIBRARIES.length);
    expect(new Consumer(installation.folder, ...examples).errors()).toEqual([]);
  });

  it('is told by the compiler when it uses what is not there', () => {
    const consumer = new Consumer(
      installation.folder,
      "import { nothing } from 'nestjs-realtime'; nothing();",
    );
    expect(consumer.errors()).toEqual([expect.stringContaining("no exported member 'nothing'")]);
  });
});

function codeBlocks(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code!);
}

function tool(name: string, ...words: string[]): ReturnType<typeof runProgram> {
  return runProgram(installation.folder, join(ROOT, 'node_modules/.bin', name), ...words);
}
