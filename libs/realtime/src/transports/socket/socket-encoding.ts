import { SOCKET_NAMESPACE } from 'nestjs-realtime-protocol';
import type { Encoding } from '../../bus/batch.js';
import { envelope } from '../envelope.js';

/** A packet of socket.io, and the WebSocket frame that carries it. */
export interface EncodedPacket {
  readonly packet: string;
  readonly frame: Buffer;
}

/** An `events` message, once for all sockets. */
export const eventsEncoding: Encoding<EncodedPacket> = {
  encode: (events) => encodePacket('events', `[${events.map(envelope).join(',')}]`),
};

/** A message of one argument, given as JSON text (socket.io protocol 5: an EVENT packet). */
export function encodePacket(name: string, json: string): EncodedPacket {
  const packet = `2${SOCKET_NAMESPACE},["${name}",${json}]`;
  // 4 is a message of Engine.IO.
  return { packet, frame: textFrame(`4${packet}`) };
}

/** A text frame as a server sends it: final, not masked (RFC 6455 section 5.2). */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = 0x81;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, header);
  return frame;
}
