/** One block of a stream. `data` is undefined where there was none: a heartbeat, which only moves the id. */
export interface StreamBlock {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string | undefined;
}

/**
 * Reads `text/event-stream` as the WHATWG HTML standard says, section 9.2.6, with two differences: blocks without
 * data are passed on too, and ids are those of the block, not the last one that was seen.
 */
export class EventStreamParser {
  private rest = '';
  private id: string | undefined;
  private event = '';
  private data: string | undefined;

  constructor(private readonly onBlock: (block: StreamBlock) => void) {}

  /** @param text what has arrived, cut anywhere, as a `TextDecoder` gives it: without the mark of byte order */
  feed(text: string): void {
    const all = this.rest + text;
    // A CR at the very end may be half of a CRLF.
    const whole = all.endsWith('\r') ? all.slice(0, -1) : all;
    const lines = whole.split(/\r\n|\r|\n/);
    this.rest = lines.pop()! + all.slice(whole.length);
    for (const line of lines) this.line(line);
  }

  private line(line: string): void {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') this.data = this.data === undefined ? value : `${this.data}\n${value}`;
    else if (name === 'event') this.event = value;
    else if (name === 'id' && !value.includes('\0')) this.id = value;
  }

  private dispatch(): void {
    const { id, event, data } = this;
    this.id = this.data = undefined;
    this.event = '';
    if (id !== undefined || data !== undefined) this.onBlock({ id, event: event || 'message', data });
  }
}
