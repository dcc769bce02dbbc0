import { copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LIBRARIES, ROOT } from './libraries.js';
import { runProgram, type Output } from './run-program.js';

/** What `npm pack` says of a tarball. */
export interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/**
 * An application's folder with the libraries installed from their tarballs. Beside them there are the peers
 * they declare, linked from the workspace so that no network is needed, and nothing else: what a library
 * imports without declaring it is not found.
 */
export class Installation {
  private constructor(
    readonly folder: string,
    readonly packed: readonly Packed[],
  ) {}

  static async create(): Promise<Installation> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'nestjs-realtime-')));
    try {
      return await Installation.in(folder);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  private static async in(folder: string): Promise<Installation> {
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const packed = await Promise.all(LIBRARIES.map((library) => pack(library.folder, folder)));
    const tarballs = packed.map(({ filename }) => `./${filename}`);
    const flags = ['--prefer-offline', '--fetch-retries=0', '--legacy-peer-deps', '--no-audit', '--no-fund'];
    await runProgram(folder, 'npm', 'install', ...flags, ...tarballs);
    const peers = LIBRARIES.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}));
    // The types of Node are what every TypeScript application has.
    await Promise.all(['@types/node', ...new Set(peers)].map((peer) => link(folder, peer)));
    return new Installation(folder, packed);
  }

  /** Where an installed library lies. */
  library(name: string): string {
    return join(this.folder, 'node_modules', name);
  }

  /** Runs one of the tests' scripts as the application's own. */
  async runScript(name: string, ...words: string[]): Promise<Output> {
    await copyFile(join(ROOT, 'test/packages', name), join(this.folder, name));
    return runProgram(this.folder, process.execPath, name, ...words);
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

async function pack(library: string, destination: string): Promise<Packed> {
  const { stdout } = await runProgram(library, 'npm', 'pack', '--json', '--pack-destination', destination);
  const [packed] = JSON.parse(stdout) as [Packed];
  return packed;
}

async function link(folder: string, name: string): Promise<void> {
  const place = join(folder, 'node_modules', name);
  await mkdir(dirname(place), { recursive: true });
  await symlink(join(ROOT, 'node_modules', name), place, 'junction');
}
