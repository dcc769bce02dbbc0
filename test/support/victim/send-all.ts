import { type Answer, send } from './talk.js';
import type { Scene } from './under-attack.js';

/** Sends all at once; each is answered for itself. */
export function sendAll(
  { victim, canaries }: Scene,
  paths: readonly string[],
  headers?: object,
): Promise<Answer[]> {
  return canaries.during(() => Promise.all(paths.map((path) => send(victim.url + path, { ...headers }))));
}

/** A path with one more parameter, escaped. */
export function withParameter(path: string, name: string, value: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams({ [name]: value })}`;
}

/** What each of `count` attacks is answered with. */
export const all = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);
