import { memoryEngine } from 'nestjs-realtime';
import type { FaultyEngine } from './faulty-engine.js';

/** An empty log of another epoch takes over. */
export async function failOver(engine: FaultyEngine): Promise<void> {
  const log = memoryEngine();
  await log.start({ maxEvents: 100, maxAgeMs: 60_000, maxBytes: 1e6, idempotencyMs: 1 });
  await engine.failOver(log);
}
