import type { Position } from 'nestjs-realtime-protocol';
import type { HttpExchange } from '../http-exchange.js';
import type { StateLoader } from './state-wait.js';

/**
 * Runs of handlers that several polls wait for. A run is shared by polls of one URL that look as of one
 * cursor, while it lasts: it began after everything that any of them has been told of.
 */
export class SharedStates {
  private readonly running = new Map<string, ReturnType<StateLoader>>();

  /** `load`, shared with everybody who asks for the same URL. */
  share(exchange: HttpExchange, load: StateLoader): StateLoader {
    const url = urlOf(exchange);
    return (cursor) => this.run(`${url} ${cursor}`, cursor, load);
  }

  private run(key: string, cursor: Position, load: StateLoader): ReturnType<StateLoader> {
    const running = this.running.get(key);
    if (running) return running;
    const run = load(cursor).finally(() => this.running.delete(key));
    this.running.set(key, run);
    return run;
  }
}

/** The URL without what only concerns the waiting. */
function urlOf(exchange: HttpExchange): string {
  const query = new URLSearchParams(exchange.query);
  query.delete('wait');
  query.sort();
  return `${exchange.host}${exchange.path}?${query}`;
}
