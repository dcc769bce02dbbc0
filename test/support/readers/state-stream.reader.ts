import { createParser } from 'eventsource-parser';
import { ended, openResponse } from './http-answer.js';
import type { StateReader, Viewer } from './state-reader.js';

/** A stream in state mode. */
export class StateStreamReader implements StateReader {
  readonly name = 'SSE';

  constructor(private readonly path: string) {}

  async read(url: string, _: string | undefined, viewer: Viewer, signal: AbortSignal): Promise<void> {
    const parser = createParser({
      onEvent: ({ event, data }) => {
        if (event !== undefined) throw new Error(`${event} in state mode`);
        viewer.show(JSON.parse(data), undefined);
      },
    });
    try {
      const response = await openResponse(new URL(this.path, url).href, {}, signal, false);
      for await (const text of response.setEncoding('utf8')) parser.feed(text as string);
    } catch (error) {
      ended(error);
    }
  }
}
