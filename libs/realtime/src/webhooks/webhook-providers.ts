import { AcceptedWebhooks } from './inbound/accepted-webhooks.js';
import { WebhookCapture } from './inbound/webhook-capture.js';
import { WebhookCatalog } from './inbound/webhook-catalog.js';
import { WebhookClaims } from './inbound/webhook-claims.js';
import { WebhookKeys } from './inbound/webhook-keys.js';
import { WebhookLog } from './inbound/webhook-log.js';
import { WebhookMetrics } from './inbound/webhook-metrics.js';
import { EndpointConsumers } from './outbound/endpoint-consumers.js';
import { EndpointServices } from './outbound/endpoint-services.js';
import { WebhookEndpoints } from './outbound/webhook-endpoints.js';
import { WebhookPublisher } from './inbound/webhook-publisher.js';

/** What the guard and the interceptor of a webhook inject, in the modules of their controllers. */
export const WEBHOOK_SHARED = [
  AcceptedWebhooks,
  WebhookClaims,
  WebhookKeys,
  WebhookLog,
  WebhookMetrics,
  WebhookPublisher,
  WebhookEndpoints,
];

export const WEBHOOK_PROVIDERS = [
  WebhookCatalog,
  WebhookCapture,
  EndpointServices,
  EndpointConsumers,
  ...WEBHOOK_SHARED,
];
