import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Where profiles are left. */
export const PROFILES = fileURLToPath(new URL('../.tmp', import.meta.url));

/**
 * What was asked for.
 * @template {{ name: string }} C
 * @param {C[]} all
 */
export function commandLine(all) {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  });
  const { quick, only, profile } = values;
  const known = all.map(({ name }) => name);
  const names = only?.split(',') ?? known;
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`No contender ${unknown.join(', ')}. There are ${known.join(', ')}.`);
  return {
    quick,
    contenders: all.filter(({ name }) => names.includes(name)),
    /** For the Node of whoever is measured. */
    flags: profile ? ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${PROFILES}`] : [],
    /** Whether its results are worth keeping. */
    isComplete: !quick && !only && !profile,
  };
}
