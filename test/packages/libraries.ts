import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a package.json says that matters here. */
export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package that is published. */
export interface Library {
  readonly folder: string;
  readonly manifest: Manifest;
  /** What an application can import: the name, and the name with each sub-path. */
  readonly entries: readonly string[];
}

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const LIBRARIES: readonly Library[] = readdirSync(join(ROOT, 'libs')).map((name) => {
  const folder = join(ROOT, 'libs', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const paths = Object.keys(manifest.exports).filter((path) => path !== './package.json');
  return { folder, manifest, entries: paths.map((path) => manifest.name + path.slice(1)) };
});

export const ENTRIES: readonly string[] = LIBRARIES.flatMap(({ entries }) => entries);
