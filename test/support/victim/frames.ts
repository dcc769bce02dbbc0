import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { open } from './talk.js';

const HANDSHAKE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';

/** A WebSocket of the gateway as bare bytes, to say what no library would. */
export class BareSocket {
  /** All that came after the handshake. */
  said = '';
  readonly closed: Promise<unknown>;

  private constructor(readonly tcp: Socket) {
    this.closed = new Promise((resolve) => tcp.once('close', resolve));
    tcp.on('data', (bytes: Buffer) => (this.said += bytes.toString('latin1')));
  }

  /** Opens one, joined to the namespace unless told otherwise. */
  static async open(port: number, { join = true, query = '' } = {}): Promise<BareSocket> {
    const path = `/realtime/socket.io/?EIO=4&transport=websocket${query}`;
    const key = randomBytes(16).toString('base64');
    const tcp = await open(
      port,
      `GET ${path} HTTP/1.1\r\nHost: a\r\n${HANDSHAKE}Sec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    const socket = new BareSocket(tcp);
    await socket.hears('"sid"');
    if (!join) return socket;
    socket.text('40/realtime,');
    await socket.hears('40/realtime,{"sid"');
    return socket;
  }

  /** Resolves once the server has said `part`. */
  async hears(part: string): Promise<void> {
    while (!this.said.includes(part)) {
      if (this.tcp.destroyed) throw new Error(`The server has hung up after: ${this.said}`);
      await Promise.race([once(this.tcp, 'data'), this.closed]);
    }
  }

  /** A text frame as a client sends it. */
  text(text: string): void {
    this.write(frame(0x81, Buffer.from(text)));
  }

  write(bytes: Buffer): void {
    if (this.tcp.writable) this.tcp.write(bytes);
  }
}

/** A masked frame. `first` is its first byte: final, reserved bits, opcode (RFC 6455 section 5.2). */
export function frame(first: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = payload.map((byte, index) => byte ^ mask[index % 4]!);
  return Buffer.concat([Buffer.from([first]), lengthOf(payload.length), mask, masked]);
}

function lengthOf(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
  bytes[0] = length < 65_536 ? 0xfe : 0xff;
  if (length < 65_536) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}
