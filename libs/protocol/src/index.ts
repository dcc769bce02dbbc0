export { Position, MAX_CURSOR_BYTES } from './position.js';
export { ProtocolError, type ProtocolErrorCode } from './protocol.error.js';
export {
  assertTopic,
  assertType,
  topicSegment,
  DEFAULT_TYPE,
  MAX_TOPIC_BYTES,
  MAX_TYPE_BYTES,
} from './topic.js';
export {
  CONTROL,
  HEADERS,
  type PollAnswer,
  type Reset,
  type ResetReason,
  type TopicEvent,
} from './events.js';
export {
  SOCKET_NAMESPACE,
  SOCKET_PATH,
  type ClientMessages,
  type PublishAck,
  type PublishMessage,
  type RefreshAck,
  type RefreshMessage,
  type ServerMessages,
  type SocketError,
  type SocketFailure,
  type SubscribeAck,
  type SubscribeMessage,
  type UnsubscribeAck,
  type UnsubscribeMessage,
} from './socket.js';
export type {
  DataOf,
  EventOf,
  EventsAndState,
  MessageOf,
  StateOf,
  StatesOf,
  TopicOf,
  TopicTypes,
} from './topic-types.js';
