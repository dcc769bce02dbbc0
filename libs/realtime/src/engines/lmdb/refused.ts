import { RealtimeConfigurationError } from '../../realtime.errors.js';
import { DamageError } from './file/lmdb-page.js';
import { remedyFor } from './remedies.js';
import { messageOf } from './system-error.js';

const RESTORE =
  'Restore the folder from a backup, or move it away to begin a new log; clients are then told to reload.';

/** What an application is told at start when the log at `path` cannot be opened. */
export function refused(path: string, error: unknown): RealtimeConfigurationError {
  if (error instanceof RealtimeConfigurationError) return error;
  const reason = messageOf(error);
  if (error instanceof DamageError) {
    return new RealtimeConfigurationError(`The log at "${path}" is damaged: ${reason}. ${RESTORE}`, {
      cause: error,
    });
  }
  const remedy = remedyFor(error) ?? RESTORE;
  return new RealtimeConfigurationError(`The log at "${path}" cannot be opened: ${reason}. ${remedy}`, {
    cause: error,
  });
}
