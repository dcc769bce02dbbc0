import type { Retention } from 'nestjs-realtime';

/** What is kept unless a test says otherwise: everything. */
export const UNLIMITED: Retention = Object.freeze({
  maxEvents: 1_000_000,
  maxAgeMs: 1e12,
  maxBytes: Number.MAX_SAFE_INTEGER,
  idempotencyMs: 600_000,
});
