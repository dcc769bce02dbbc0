export { createRealtimeClient } from './create-client.js';
export type { RealtimeClientOptions } from './client-options.js';
export type { Auth } from './credentials.js';
export type { Timing } from './timing.js';
export type { TransportName } from './transports/line.js';
export type { RealtimeClient, SubscribeOptions, Subscription } from './realtime-client.js';
export type { ClientState } from './client-state.js';
export { RealtimeClientError } from './client.error.js';
export type { Told } from './told.js';
export type {
  EventOf,
  EventsAndState,
  MessageOf,
  ResetReason,
  StatesOf,
  TopicEvent,
  TopicOf,
  TopicTypes,
} from 'nestjs-realtime-protocol';
