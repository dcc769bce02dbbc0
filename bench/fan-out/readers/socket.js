import { randomBytes } from 'node:crypto';
import { MARK } from '../../shared/event.js';
import { RawConnection } from './raw-connection.js';

const PING = 0x32;

/** A socket.io client, more or less: upgrade, join, subscribe, then counting and answering pings. */
export class SocketConnection extends RawConnection {
  /** Bytes of the current frame's payload still to come. */
  remaining = 0;
  /** The beginning of a frame's header that was cut by the end of a chunk. */
  cut = Buffer.alloc(0);

  /**
   * @param {number} port
   * @param {import('../contenders/index.js').SocketClient} client
   * @param {(events: number) => void} count
   */
  constructor(port, client, count) {
    super(port, count);
    this.steps = handshake(client);
    this.socket.write(
      [
        `GET ${client.path}/?EIO=4&transport=websocket HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        '\r\n',
      ].join('\r\n'),
    );
  }

  /**
   * @override
   * @param {Buffer} chunk
   */
  open(chunk) {
    this.head += chunk.toString('latin1');
    while (this.steps.length > 0 && this.head.includes(this.steps[0].after)) {
      const { after, send } = /** @type {Step} */ (this.steps.shift());
      this.head = this.head.slice(this.head.indexOf(after) + after.length);
      if (send) this.socket.write(textFrame(send));
    }
    // The last answer's frame ends in "]" or "}"; nothing else comes before the first event is published.
    if (this.steps.length > 0 || !/[\]}]$/.test(this.head)) return;
    this.isReady = true;
    this.head = '';
    this.becomeReady();
  }

  /**
   * @override
   * @param {Buffer} chunk
   */
  eventsIn(chunk) {
    if (this.cut.length > 0) {
      chunk = Buffer.concat([this.cut, chunk]);
      this.cut = Buffer.alloc(0);
    }
    let events = 0;
    for (let at = 0; at < chunk.length;) {
      if (this.remaining === 0) {
        const header = readHeader(chunk, at);
        if (!header) {
          this.cut = Buffer.from(chunk.subarray(at));
          break;
        }
        at += header.bytes;
        this.remaining = header.payload;
        if (header.payload === 1 && chunk[at] === PING) this.socket.write(textFrame('3'));
      }
      const end = Math.min(at + this.remaining, chunk.length);
      for (
        let mark = chunk.indexOf(MARK, at);
        mark !== -1 && mark < end;
        mark = chunk.indexOf(MARK, mark + 1)
      ) {
        events++;
      }
      this.remaining -= end - at;
      at = end;
    }
    return events;
  }
}

/** @typedef {{ after: string, send?: string }} Step what to send once the server has said `after` */

/**
 * @param {import('../contenders/index.js').SocketClient} client
 * @returns {Step[]}
 */
function handshake({ namespace, subscribe }) {
  const prefix = namespace === '/' ? '' : `${namespace},`;
  const steps = [{ after: '0{"sid":', send: `40${prefix}` }, { after: `40${prefix}{"sid":` }];
  if (!subscribe) return steps;
  steps[1].send = `42${prefix}0${JSON.stringify(['subscribe', { topics: [subscribe] }])}`;
  return [...steps, { after: `43${prefix}0[{"ok":true` }];
}

/** @param {string} text at most 125 bytes. Masked, as a client's must be, with a key of zeros. */
function textFrame(text) {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

/**
 * @param {Buffer} chunk
 * @param {number} at
 */
function readHeader(chunk, at) {
  if (chunk.length < at + 2) return undefined;
  const length = chunk[at + 1];
  if (length < 126) return { bytes: 2, payload: length };
  const bytes = length === 126 ? 4 : 10;
  // The payload's first byte too, which tells a ping.
  if (chunk.length < at + bytes + 1) return undefined;
  const payload = length === 126 ? chunk.readUInt16BE(at + 2) : Number(chunk.readBigUInt64BE(at + 2));
  return { bytes, payload };
}
