import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { engineContract } from '../contracts/engine.contract.js';

engineContract(
  'lmdb',
  async (retention, now) => {
    const path = await mkdtemp(join(tmpdir(), 'realtime-lmdb-'));
    const start = async () => {
      const engine = lmdbEngine({ path, now });
      await engine.start(retention);
      return engine;
    };
    let engine = await start();
    return {
      engine,
      reopen: async () => {
        await engine.stop();
        return (engine = await start());
      },
      close: async () => {
        await engine.stop();
        await rm(path, { recursive: true });
      },
    };
  },
  { clock: true, maxBytes: false, reopens: true, durable: true, runs: 20 },
);
