import { byteLength } from './http.js';

/** @typedef {{ type: string, data?: unknown }} Packet */
/** @typedef {import('socket.io-client').Socket} Socket */

const DIGITS = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'];

/**
 * Shows the packets of a socket's engine, as text frames of the WebSocket. A new engine is made for each
 * connection; call it once the connection has been begun.
 * @param {Socket} socket
 * @param {{ sent(text: string): void, received(text: string, bytes: number): void }} listener
 */
export function watchPackets({ io: { engine } }, { sent, received }) {
  engine.on('packetCreate', (packet) => sent(packetText(packet)));
  engine.on('packet', (packet) => {
    const text = packetText(packet);
    received(text, frameBytes(byteLength(text)));
  });
}

/** @param {Packet} packet */
function packetText({ type, data }) {
  return `${DIGITS.indexOf(type)}${typeof data === 'string' ? data : ''}`;
}

/** What a frame takes on the wire: RFC 6455 section 5.2, from the server, hence without a mask. @param {number} payload */
function frameBytes(payload) {
  return payload + (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);
}
