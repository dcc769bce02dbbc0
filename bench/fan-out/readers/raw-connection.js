import { connect } from 'node:net';

// All connections read into one buffer: what has arrived is counted before the next read.
const buffer = Buffer.allocUnsafe(64 * 1024);

/** A client by hand: as little work per delivery as can be, so that the reader's core never is the limit. */
export class RawConnection {
  /** Events that have arrived. */
  events = 0;

  /**
   * @param {number} port
   * @param {(events: number) => void} count called with the number of events in each chunk
   */
  constructor(port, count) {
    this.count = count;
    /** @type {Promise<void>} */
    this.ready = new Promise((resolve, reject) => {
      this.becomeReady = resolve;
      this.fail = reject;
    });
    this.head = '';
    this.isReady = false;
    this.socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer, callback: (bytes) => this.read(bytes) },
    });
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error(`The server closed a connection: ${this.head}`)));
  }

  /** @param {number} bytes */
  read(bytes) {
    const chunk = buffer.subarray(0, bytes);
    if (this.isReady) this.add(this.eventsIn(chunk));
    else this.open(chunk);
    return true;
  }

  /**
   * Takes what comes before the first event; calls `becomeReady` at its end.
   * @param {Buffer} chunk
   */
  open(chunk) {
    throw new Error(`Left to the transport (${chunk.length} bytes).`);
  }

  /**
   * @param {Buffer} chunk
   * @returns {number}
   */
  eventsIn(chunk) {
    throw new Error(`Left to the transport (${chunk.length} bytes).`);
  }

  /** @param {number} events */
  add(events) {
    if (events === 0) return;
    this.events += events;
    this.count(events);
  }
}
