import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** Source files, each with what it imports: another file by its path, anything else by its name. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** Reads the imports of source files, types and dynamic ones too. Paths are relative and use slashes. */
export function readImports(files: readonly string[]): Imports {
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]));
}

/** What a source imports; relative names resolve against its own path. */
export function importsOf(file: string, source: string): string[] {
  return ts
    .preProcessFile(source, true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith('.') ? posix.join(posix.dirname(file), fileName).replace(/\.js$/, '.ts') : fileName,
    );
}

/** The first chain of files found in which the last imports the first; empty if there is none. */
export function findCycle(imports: Imports): string[] {
  const done = new Set<string>();
  const follow = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return path.slice(path.indexOf(file));
    if (done.has(file)) return [];
    done.add(file);
    for (const target of imports.get(file) ?? []) {
      const cycle = follow(target, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    return [];
  };
  for (const file of imports.keys()) {
    const cycle = follow(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
