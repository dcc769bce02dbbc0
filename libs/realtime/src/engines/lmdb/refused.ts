import { RealtimeConfigurationError } from '../../realtime.errors.js';
import { DamageError } from './lmdb-page.js';
import { codeOf, messageOf } from './system-error.js';

/** What can be done about an error, by its code. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room on its disk.',
  EDQUOT: 'Make room on its disk, or raise the quota.',
  EACCES: 'Let this process read and write the folder and the files in it.',
  EPERM: 'Choose a folder on a local disk, which this process may write to.',
  EROFS: 'Choose a folder on a disk that can be written to.',
  ENOTDIR: 'Choose a path that is a folder, or is not there yet.',
  EEXIST: 'Choose a path that is a folder, or is not there yet.',
  ENOTSUP: 'Choose a folder on a local disk.',
  EOPNOTSUPP: 'Choose a folder on a local disk.',
};

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
  const remedy = REMEDIES[codeOf(error)] ?? RESTORE;
  return new RealtimeConfigurationError(`The log at "${path}" cannot be opened: ${reason}. ${remedy}`, {
    cause: error,
  });
}
