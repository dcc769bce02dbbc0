import { turns } from '../turns.js';
import { HttpLine } from './http-answer.js';
import type { StateReader, Viewer } from './state-reader.js';

/** Polls in state mode, short or long. */
export class StatePollReader implements StateReader {
  constructor(
    readonly name: string,
    private readonly path: string,
  ) {}

  async read(url: string, etag: string | undefined, viewer: Viewer, signal: AbortSignal): Promise<void> {
    using line = new HttpLine(signal);
    for (let known = etag; !signal.aborted;) {
      const answer = await line.ask(new URL(this.path, url).href, known ? { 'If-None-Match': known } : {});
      if (!answer) return;
      const { status, headers, body } = answer;
      if (status === 200) {
        known = headers.etag;
        viewer.show(JSON.parse(body), known);
      } else if (![202, 304].includes(status)) throw new Error(`${status}: ${body}`);
      viewer.asOf(String(headers['realtime-cursor']));
      await turns(2);
    }
  }
}
