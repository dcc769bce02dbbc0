import { spawnSync } from 'node:child_process';

/** How many files a process may open. Node raises its own limit to the hard one when it starts. */
export function openFiles() {
  const { status, stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' });
  const limit = Number(stdout);
  return status === 0 && limit > 0 ? limit : Infinity;
}
