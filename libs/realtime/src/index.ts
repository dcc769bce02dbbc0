export { RealtimeModule, type RealtimeAsyncOptions } from './realtime.module.js';
export type { Authenticate, Handshake, Limits, Principal, RealtimeOptions } from './realtime.options.js';
export {
  RealtimeConfigurationError,
  RealtimeError,
  RealtimeResetError,
  type RealtimeErrorCode,
} from './realtime.errors.js';
export { RealtimeBus, type PublishOptions, type TopicPage, type TopicsLike } from './bus/realtime-bus.js';
export { topic, topics, TopicRef, type SnapshotLoader } from './bus/topic-ref.js';
export { ShortPoll } from './transports/short-poll/short-poll.decorator.js';
export type { ShortPollOptions } from './transports/short-poll/short-poll-options.js';
export { LongPoll } from './transports/long-poll/long-poll.decorator.js';
export type { LongPollOptions } from './transports/long-poll/long-poll-options.js';
export { Sse } from './transports/sse/sse.decorator.js';
export type { SseOptions } from './transports/sse/sse-options.js';
export { TopicPolicy } from './access/topic-policy.decorator.js';
export type { PublishAccess, TopicAccess, TopicPolicyHandler } from './access/topic-policy.decorator.js';
export {
  Consumers,
  type ConsumerStatus,
  type DeadLetter,
  type DeadLetterQuery,
} from './consumers/consumers.js';
export {
  GiveUpError,
  RetryAfterError,
  type Attempt,
  type ConsumerOptions,
} from './consumers/consumer-options.js';
export { OnTopic, type OnTopicOptions } from './consumers/on-topic.decorator.js';
export { Webhook } from './webhooks/inbound/webhook.decorator.js';
export { WebhookEvent } from './webhooks/inbound/webhook-event.decorator.js';
export type { InboundWebhook } from './webhooks/inbound/inbound-webhook.js';
export type { WebhookOptions } from './webhooks/inbound/webhook-options.js';
export {
  WebhookMetrics,
  type WebhookCount,
  type WebhookOutcome,
} from './webhooks/inbound/webhook-metrics.js';
export { WebhookEndpoints } from './webhooks/outbound/webhook-endpoints.js';
export type {
  Delivery,
  DeliveryAttempt,
  Endpoint,
  EndpointChange,
  EndpointSecret,
  EndpointView,
  NewEndpoint,
} from './webhooks/outbound/endpoint.js';
export type { EndpointStore, StoredEndpoint } from './webhooks/outbound/endpoint-store.js';
export {
  WebhookEndpointsModule,
  type WebhookEndpointsModuleOptions,
} from './webhooks/outbound/rest/webhook-endpoints.module.js';
export { bitbucket } from './webhooks/schemes/bitbucket.js';
export { cloudEvents, type CloudEventsOptions } from './webhooks/schemes/cloud-events.js';
export { discord, type DiscordOptions } from './webhooks/schemes/discord.js';
export type { FetchCertificate } from './webhooks/schemes/fetch-certificate.js';
export { dropbox } from './webhooks/schemes/dropbox.js';
export { github } from './webhooks/schemes/github.js';
export { gitlabToken } from './webhooks/schemes/gitlab-token.js';
export { hmac, type HmacOptions } from './webhooks/schemes/hmac.js';
export { hubspot } from './webhooks/schemes/hubspot.js';
export { jira } from './webhooks/schemes/jira.js';
export { linear } from './webhooks/schemes/linear.js';
export { mailgun } from './webhooks/schemes/mailgun.js';
export { meta, type MetaOptions } from './webhooks/schemes/meta.js';
export { paypal, type PaypalOptions } from './webhooks/schemes/paypal.js';
export { sendgrid, type SendgridOptions } from './webhooks/schemes/sendgrid.js';
export { shopify } from './webhooks/schemes/shopify.js';
export { slack } from './webhooks/schemes/slack.js';
export { square } from './webhooks/schemes/square.js';
export { standardWebhooks } from './webhooks/schemes/standard-webhooks.js';
export { stripe } from './webhooks/schemes/stripe.js';
export { twilio } from './webhooks/schemes/twilio.js';
export { twitch } from './webhooks/schemes/twitch.js';
export { typeform } from './webhooks/schemes/typeform.js';
export { x } from './webhooks/schemes/x.js';
export { zoom } from './webhooks/schemes/zoom.js';
export type {
  HandshakeAnswer,
  HandshakeRequest,
  SecretReader,
  SignatureVariant,
  WebhookField,
  WebhookHandshake,
  WebhookRequest,
  WebhookScheme,
  WebhookSecret,
} from './webhooks/schemes/webhook-scheme.js';
export { memoryEngine, type MemoryEngineOptions } from './engines/memory/memory-engine.js';
export type {
  ClaimStore,
  EventDraft,
  Journal,
  JournalPage,
  LogPage,
  ReadQuery,
  RecordChange,
  RecordStore,
  RealtimeEngine,
  Retention,
  Since,
  StoredRecord,
} from './engines/engine.interface.js';
export { LogEvent } from './bus/log-event.js';
export {
  Position,
  type EventsAndState,
  type PollAnswer,
  type Reset,
  type ResetReason,
  type TopicEvent,
  type TopicTypes,
} from 'nestjs-realtime-protocol';
