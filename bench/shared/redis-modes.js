/** How safe a Redis keeps what it acknowledged, as options. */
export const REDIS = Object.freeze({
  /** As Redis is when it is installed, without snapshots: nothing survives it. */
  memory: ['--appendonly', 'no'],
  /** What BullMQ recommends: on disk once per second, and a second's worth may be lost. */
  everySecond: ['--appendonly', 'yes', '--appendfsync', 'everysec'],
  /** On disk before it is acknowledged, as with the lmdb engine. */
  always: ['--appendonly', 'yes', '--appendfsync', 'always'],
});
