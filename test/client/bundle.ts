import { build, type Metafile } from 'esbuild';
import { basename } from 'node:path';
import { ROOT } from '../packages/libraries.js';

export interface Bundle {
  /** Name of the file to begin with. */
  readonly entry: string;
  /** Text by name. */
  readonly files: ReadonlyMap<string, string>;
  /** What is loaded at first. */
  readonly code: string;
  /** What is imported when it runs, now or later. */
  readonly imports: readonly string[];
}

/**
 * Bundles a module as a front end's build does: minified, for browsers. What there is in Node only is an error.
 * @param external what is not to be in it
 */
export async function bundle(source: string, external: readonly string[] = []): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...forBrowsers(source),
    splitting: true,
    external: [...external],
  });
  const first = firstChunks(metafile);
  const files = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return {
    entry: [...first][0]!,
    files,
    code: [...first].map((name) => files.get(name)).join(''),
    imports: imports.filter(({ external: isOutside }) => isOutside).map(({ path }) => path),
  };
}

/** Bundles a module and all it may ever need into one file. */
export async function bundlePage(source: string): Promise<string> {
  const { outputFiles } = await build(forBrowsers(source));
  return outputFiles[0]!.text;
}

function forBrowsers(source: string) {
  return {
    stdin: { contents: source, resolveDir: ROOT, sourcefile: 'page.ts', loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"development"' },
    absWorkingDir: ROOT,
    outdir: '.tmp/page',
    logLevel: 'silent',
    metafile: true,
    write: false,
  } as const;
}

/** The entry first, and what it imports at once. */
function firstChunks({ outputs }: Metafile): Set<string> {
  const entry = Object.keys(outputs).find((path) => outputs[path]!.entryPoint)!;
  const paths = new Set([entry]);
  for (const path of paths) {
    for (const { kind, path: next, external } of outputs[path]!.imports) {
      if (kind === 'import-statement' && !external) paths.add(next);
    }
  }
  return new Set([...paths].map((path) => basename(path)));
}
