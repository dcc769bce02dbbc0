import { RealtimeError } from '../../realtime.errors.js';
import { remedyFor } from './remedies.js';
import { messageOf } from './system-error.js';

/** What an application is told when the disk fails while the log is open. */
export function unavailable(what: 'read' | 'written', cause: unknown): RealtimeError {
  if (cause instanceof RealtimeError) return cause;
  const message = [`The log could not be ${what}: ${messageOf(cause)}.`, remedyFor(cause)].join(' ').trim();
  return new RealtimeError('log-unavailable', message, undefined, undefined, { cause });
}

/** @throws RealtimeError `log-unavailable` for whatever `read` throws */
export function reading<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw unavailable('read', error);
  }
}
