/**
 * @typedef {import('./sight.js').Sight['series']} Series
 *
 * The five ways, as the page tells of them.
 * @typedef {'short' | 'long' | 'socket' | 'sse' | 'webhook'} WayId
 * @type {readonly { id: WayId, kind: string, name: string, picture: string, sentence: string, good: string, series: readonly Series[], behind?: string }[]}
 */
export const WAYS = [
  {
    id: 'short',
    kind: 'Short polling',
    name: 'The guest who keeps asking',
    picture: 'guest',
    series: ['order'],
    sentence:
      '“Is it ready?” Every second. The answer comes at once, ready or not, and then tells everything.',
    good: 'Good for scores, version checks, anything that may be a second old. Most answers say: nothing new.',
  },
  {
    id: 'long',
    kind: 'Long polling',
    name: 'The waiter who stands in the kitchen',
    picture: 'waiter',
    series: ['order'],
    sentence: 'He asks once and stays until there is something, brings it, and goes straight back.',
    good: 'Good for rare news that should be fast, through any proxy. One request for each piece of news.',
  },
  {
    id: 'socket',
    kind: 'WebSocket',
    name: 'The table with one open line',
    picture: 'table',
    series: ['order'],
    sentence:
      'It keeps the menu, orders whenever it likes, and is served as things are ready, all on one connection.',
    good: '',
  },
  {
    id: 'sse',
    kind: 'Server-Sent Events',
    name: 'The birthday cake for everybody',
    picture: 'cake',
    series: ['order', 'cake'],
    sentence:
      'Nobody asks. One response stays open and the kitchen keeps sending: dishes, and cake for the whole house.',
    good: 'Good for feeds, notifications, monitoring. The browser reconnects by itself and says where it left off.',
  },
  {
    id: 'webhook',
    kind: 'Webhook',
    name: 'The leftovers',
    picture: 'van',
    series: ['box'],
    behind: 'waiting',
    sentence:
      'Nobody waits. A box that is packed calls the charity, and its driver’s call comes back, both signed. Close the charity, and open it again.',
    good: '',
  },
];
