import { spawnSync } from 'node:child_process';

/** @typedef {{ measured: number | undefined, others: number | undefined, note: string }} Cores */

/** @returns {Cores} the first two cores that this process may use, or none, and why */
export function pickCores() {
  const { status, stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' });
  if (status !== 0) return unpinned('there is no taskset here (Linux, package util-linux)');
  const allowed = expand(stdout.slice(stdout.lastIndexOf(':') + 1));
  if (allowed.length < 2) return unpinned('there is only one core');
  const [measured, others] = allowed;
  return {
    measured,
    others,
    note: `what is measured pinned to core ${measured}, all else to core ${others}`,
  };
}

/**
 * @param {string} reason
 * @returns {Cores}
 */
function unpinned(reason) {
  return { measured: undefined, others: undefined, note: `not pinned to cores: ${reason}` };
}

/** @param {string} list such as `0-3,8` */
function expand(list) {
  return list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}
