import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, totalmem, type } from 'node:os';

/** @returns {string} what the numbers depend on */
export function machine() {
  const [cpu] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${date}, ${cpu.model.trim()} with ${cpus().length} cores, ${gigabytes} GB, ${type()} ${release()}`;
}

/**
 * @param {string[]} packages
 * @returns {string}
 */
export function versions(packages) {
  const list = packages.map((name) => `${name} ${versionOf(name)}`);
  return [`Node ${process.versions.node}`, ...list].join(', ');
}

/** @param {string} name */
function versionOf(name) {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const file = `${folder}/${name}/package.json`;
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).version;
  }
  return 'unknown';
}
