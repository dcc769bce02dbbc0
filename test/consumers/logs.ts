import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryEngine } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import type { DurableLog, LogFactory } from '../contracts/consumer/consumer-kit.js';

/** A log in memory, which lives as long as the test. */
async function memoryLog(): Promise<DurableLog> {
  const engine = memoryEngine();
  return { engine: () => engine, remove: async () => {} };
}

async function lmdbLog(): Promise<DurableLog> {
  const path = await mkdtemp(join(tmpdir(), 'realtime-consumers-'));
  return { engine: () => lmdbEngine({ path }), remove: () => rm(path, { recursive: true }) };
}

export const LOGS: readonly (readonly [name: string, factory: LogFactory])[] = [
  ['memory', memoryLog],
  ['lmdb', lmdbLog],
];
