import { createParser, type EventSourceMessage } from 'eventsource-parser';

/**
 * Cuts a stream into its blocks, for the parser says nothing of one that has an id and no data, which moves
 * the last event id all the same (WHATWG HTML, section 9.2.6). A block counts once its empty line is there.
 */
export class SseBlocks {
  private rest = '';

  constructor(
    private readonly hear: (message: EventSourceMessage) => void,
    private readonly moved: (id: string) => void,
  ) {}

  feed(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop()!;
    for (const block of blocks) this.block(block);
  }

  private block(block: string): void {
    const [, id] = /^id: (\S+)$/.exec(block) ?? [];
    if (id) return this.moved(id);
    const onError = (error: Error) => {
      throw error;
    };
    createParser({ onEvent: this.hear, onError }).feed(`${block}\n\n`);
  }
}
