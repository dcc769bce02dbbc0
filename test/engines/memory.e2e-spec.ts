import { memoryEngine } from 'nestjs-realtime';
import { engineContract } from '../contracts/engine.contract.js';

engineContract(
  'memory',
  async (retention, now) => {
    const start = async () => {
      const engine = memoryEngine({ now });
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
      close: () => engine.stop(),
    };
  },
  { clock: true, maxBytes: true, reopens: true, runs: 200 },
);
