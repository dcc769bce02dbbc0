import type { EventSourceMessage } from 'eventsource-parser';
import { ended, openResponse } from './http-answer.js';
import { SseBlocks } from './sse-blocks.js';
import type { StateReader, Viewer } from './state-reader.js';

/** A stream in state mode. */
export class StateStreamReader implements StateReader {
  readonly name = 'SSE';

  constructor(private readonly path: string) {}

  async read(url: string, _: string | undefined, viewer: Viewer, signal: AbortSignal): Promise<void> {
    const show = ({ id, event, data }: EventSourceMessage) => {
      if (id === undefined || event !== undefined) throw new Error(`${event} with id ${id} in state mode`);
      viewer.show(JSON.parse(data), undefined);
      viewer.asOf(id);
    };
    const blocks = new SseBlocks(show, (id) => viewer.asOf(id));
    try {
      const response = await openResponse(new URL(this.path, url).href, {}, signal, false);
      for await (const text of response.setEncoding('utf8')) blocks.feed(text as string);
    } catch (error) {
      ended(error);
    }
  }
}
