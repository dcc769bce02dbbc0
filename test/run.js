import { spawnSync } from 'node:child_process';
for (const command of ['npm run build', 'npm run lint', 'npm run types', 'npm run jest']) {
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
