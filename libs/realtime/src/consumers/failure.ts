import { inspect } from 'node:util';

/** How much of an error is remembered, in characters. */
const MAX_CHARACTERS = 1_000;

/** What a handler threw, whatever it was, in words. */
export function reasonOf(thrown: unknown): string {
  return textOf(thrown).slice(0, MAX_CHARACTERS);
}

function textOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error && thrown.message) return String(thrown.message);
    return typeof thrown === 'string' ? thrown : inspect(thrown, { depth: 1 });
  } catch {
    return 'It threw what cannot be read.';
  }
}
