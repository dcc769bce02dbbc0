export { RealtimeModule } from './realtime.module.js';
export type { Authenticate, Handshake, Limits, Principal, RealtimeOptions } from './realtime.options.js';
export {
  RealtimeConfigurationError,
  RealtimeError,
  RealtimeResetError,
  type RealtimeErrorCode,
} from './realtime.errors.js';
export { RealtimeBus, type PublishOptions, type TopicPage, type TopicsLike } from './bus/realtime-bus.js';
export { topic, topics, TopicRef, type SnapshotLoader } from './bus/topic-ref.js';
export { memoryEngine, type MemoryEngineOptions } from './engines/memory/memory-engine.js';
export type {
  ClaimStore,
  EventDraft,
  LogPage,
  ReadQuery,
  RealtimeEngine,
  Retention,
  Since,
} from './engines/engine.interface.js';
export { LogEvent } from './bus/log-event.js';
export { Position, type PollAnswer, type ResetReason, type TopicEvent } from 'nestjs-realtime-protocol';
