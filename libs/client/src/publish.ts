import type { PublishMessage } from 'nestjs-realtime-protocol';
import { RealtimeClientError } from './client.error.js';
import { randomKey } from './keys.js';
import { jittered, sleep } from './timing.js';

const ATTEMPTS = 5;
const BACKOFF_MS = 250;

/** Sends an event, again if it is not known whether that worked: its key keeps it one event. */
export async function publish(
  message: PublishMessage,
  send: (message: PublishMessage) => Promise<string>,
  signal: AbortSignal,
): Promise<string> {
  const keyed = { idempotencyKey: randomKey(), ...message };
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(keyed);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = RealtimeClientError.from(thrown);
      if (attempt === ATTEMPTS || !isTransient(error)) throw error;
      await sleep(error.retryAfterMs ?? jittered(BACKOFF_MS * 2 ** attempt), signal);
    }
  }
}

function isTransient({ code, status = 0, retryAfterMs }: RealtimeClientError): boolean {
  return ['network', 'timeout', 'closed'].includes(code) || retryAfterMs !== undefined || status >= 500;
}
