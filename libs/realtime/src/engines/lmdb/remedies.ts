import { codeOf } from './system-error.js';

/** By the code of an error. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room on its disk.',
  EDQUOT: 'Make room on its disk, or raise the quota.',
  EFBIG: 'Let this process write larger files: its limit (ulimit -f) is too low.',
  // What LMDB says when less was written than it wanted.
  EIO: 'Its disk is full, or broken.',
  EACCES: 'Let this process read and write the folder and the files in it.',
  EPERM: 'Choose a folder on a local disk, which this process may write to.',
  EROFS: 'Choose a folder on a disk that can be written to.',
  ENOTDIR: 'Choose a path that is a folder, or is not there yet.',
  EEXIST: 'Choose a path that is a folder, or is not there yet.',
  ENOTSUP: 'Choose a folder on a local disk.',
  EOPNOTSUPP: 'Choose a folder on a local disk.',
};

/** What can be done about an error of the system; undefined when it is none. */
export function remedyFor(error: unknown): string | undefined {
  return REMEDIES[codeOf(error)];
}
