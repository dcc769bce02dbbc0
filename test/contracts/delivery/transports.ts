import { PollReader } from '../../support/readers/poll.reader.js';
import { SocketReader } from '../../support/readers/socket.reader.js';
import { SseReader } from '../../support/readers/sse.reader.js';
import type { TransportReader } from '../../support/readers/transport-reader.js';
import { ONE, TOPICS } from './nodes.js';

/** Every way to read all topics. */
export const TRANSPORTS: readonly TransportReader[] = [
  new PollReader('short poll', '/log/short'),
  new PollReader('long poll', '/log/long'),
  new SseReader('SSE', '/log/data', false),
  new SseReader('SSE with envelope', '/log/envelope', true),
  ...throughHubAndSocket(TOPICS),
];

/** Every way to read a single topic. */
export const ONE_TOPIC_TRANSPORTS: readonly TransportReader[] = [
  new SseReader('SSE of one topic', '/log/orders/1', false),
  ...throughHubAndSocket([ONE]),
];

/** Where the client says what to read. */
export function throughHubAndSocket(topics: readonly string[]): readonly TransportReader[] {
  const hub = `/realtime/events?${new URLSearchParams(topics.map((topic): [string, string] => ['topic', topic]))}`;
  return [
    new SseReader('hub SSE', hub, true),
    new PollReader('hub short poll', hub),
    new PollReader('hub long poll', `${hub}&wait=55`),
    new SocketReader(topics),
  ];
}
