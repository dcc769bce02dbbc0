import { MARK } from '../../shared/event.js';
import { RawConnection } from './raw-connection.js';

/** An EventSource, more or less: one GET, and then counting. */
export class SseConnection extends RawConnection {
  /**
   * @param {number} port
   * @param {import('../contenders/index.js').SseClient} client
   * @param {(events: number) => void} count
   */
  constructor(port, client, count) {
    super(port, count);
    this.opening = client.opening;
    this.socket.write(
      `GET ${client.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: text/event-stream\r\n\r\n`,
    );
  }

  /**
   * @override
   * @param {Buffer} chunk
   */
  open(chunk) {
    this.head += chunk.toString('latin1');
    if (!this.head.includes(this.opening)) return;
    if (!this.head.startsWith('HTTP/1.1 200 ')) return this.fail(new Error(this.head));
    this.isReady = true;
    this.head = '';
    this.becomeReady();
  }

  /**
   * @override
   * @param {Buffer} chunk
   */
  eventsIn(chunk) {
    let events = 0;
    for (let at = chunk.indexOf(MARK); at !== -1; at = chunk.indexOf(MARK, at + 1)) events++;
    return events;
  }
}
