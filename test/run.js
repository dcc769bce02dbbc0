// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { ensureSystem } from './support/ensure-system.js';

const RESULTS = '.tmp/jest.json';

step('system', checkSystem);
step('build', () => run('npm run build'));
step('lint', () => run('npm run lint'));
step('types', () => run('npm run types'));
step('tests', runJest);
console.log(tally());

/**
 * Runs one step and says how long it took; the first that fails ends the run.
 * @param {string} name
 * @param {() => string | undefined} action what it returns is why it failed
 */
function step(name, action) {
  const started = performance.now();
  const failure = action();
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`${failure === undefined ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (failure === undefined) return;
  console.error(failure);
  process.exit(1);
}

/** Missing programs leave tests out, except in CI, where a green run must mean that everything ran. */
function checkSystem() {
  const missing = ensureSystem();
  if (process.env['CI']) return missing.length > 0 ? missing.join('\n') : undefined;
  for (const line of missing) console.warn(line);
  return undefined;
}

/**
 * Its output is of interest only when it fails.
 * @param {string} command
 */
function run(command) {
  const { status, stdout, stderr } = spawnSync(command, { shell: true, encoding: 'utf8' });
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

/** The longest step: shows each file as it passes. */
function runJest() {
  mkdirSync(dirname(RESULTS), { recursive: true });
  rmSync(RESULTS, { force: true });
  const command = `npm run --silent jest -- --ci --json --outputFile=${RESULTS}`;
  const { status } = spawnSync(command, { shell: true, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return undefined;
  return existsSync(RESULTS) ? tally() : 'Jest ended without a result.';
}

/** The last line. A file that could not be run counts as one failure. */
function tally() {
  const results = JSON.parse(readFileSync(RESULTS, 'utf8'));
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
  return `Tests: ${results.numPassedTests} passed, ${failed} failed${skipped}`;
}
