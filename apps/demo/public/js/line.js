import { io } from 'socket.io-client';

/** @typedef {import('./guest.js').Guest} Guest */

/**
 * A socket to the gateway, not yet connected.
 * @param {Guest} guest
 */
export function openLine(guest) {
  return io('/realtime', {
    path: '/realtime/socket.io',
    transports: ['websocket'],
    query: { access_token: guest.token },
    autoConnect: false,
    forceNew: true,
    reconnectionDelayMax: 2_000,
  });
}
