/** @typedef {import('nestjs-realtime-client').TransportName} TransportName */

/**
 * What the client calls a transport, and which of the five ways that is. Best first, as the client tries them.
 * @type {readonly { id: TransportName, name: string, way: import('./ways.js').WayId }[]}
 */
export const TRANSPORTS = [
  { id: 'websocket', name: 'WebSocket', way: 'socket' },
  { id: 'sse', name: 'Server-Sent Events', way: 'sse' },
  { id: 'long-poll', name: 'Long polling', way: 'long' },
  { id: 'short-poll', name: 'Short polling', way: 'short' },
];

/** @param {TransportName | undefined} id */
export function transport(id) {
  return TRANSPORTS.find((transport) => transport.id === id);
}
