// @ts-check
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from '@swc/core';
import config from '../../jest.config.js';

/**
 * Lets `node --import` run the TypeScript of libs and test as Jest does, for what needs a process of its own.
 * Node loads this file twice: first to register it, then, on a thread of its own, for its hooks.
 */
if (isMainThread) register(import.meta.url);

const options = /** @type {import('@swc/core').Options} */ (config.transform?.['^.+\\.ts$']?.[1]);

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  const [library, other, path = ''] = /^nestjs-realtime(-protocol|-client)?(\/\w+)?$/.exec(specifier) ?? [];
  if (library) {
    const source = `../../libs/${other?.slice(1) ?? 'realtime'}/src${path}/index.ts`;
    return next(new URL(source, import.meta.url).href, context);
  }
  if (specifier.startsWith('.') && context.parentURL?.endsWith('.ts')) {
    const typescript = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(typescript)) return next(typescript.href, context);
  }
  return next(specifier, context);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), {
    ...options,
    filename,
    configFile: false,
    swcrc: false,
  });
  return { format: 'module', source: code, shortCircuit: true };
}
