import type { LogEvent } from '../../bus/log-event.js';
import { type Attempt, GiveUpError, RetryAfterError } from '../../consumers/consumer-options.js';
import { signWebhook } from '../schemes/sign-webhook.js';
import type { DeliveryAttempt } from './endpoint.js';
import type { Target } from './endpoint-registry.js';
import { SCHEME } from './endpoint-secret.js';
import type { Answer, WebhookSender } from './webhook-sender.js';

/** The endpoint says that it is gone for good. */
export class EndpointGoneError extends GiveUpError {}

export interface DeliveryOutcome {
  readonly attempt: DeliveryAttempt;
  /** Why it has to be tried again, or not; undefined when it was delivered. */
  readonly error?: Error;
}

/**
 * Delivers one event to one endpoint: signs it now, and POSTs it.
 * @throws what `signal` was aborted with
 */
export async function deliver(
  sender: WebhookSender,
  target: Target,
  event: LogEvent,
  { number, signal }: Attempt,
): Promise<DeliveryOutcome> {
  const began = Date.now();
  const { id: eventId, topic, type } = event;
  const body = webhookBody(event);
  const result = await sender.post(target.endpoint.url, headersOf(target, eventId, body), body, signal).then(
    (answer) => ({ status: answer.status, answer: answer.body, error: failureOf(answer) }),
    (error: Error) => ({ status: undefined, answer: error.message, error }),
  );
  if (signal.aborted) throw result.error ?? signal.reason;
  const { error, ...rest } = result;
  const time = new Date(began).toISOString();
  const durationMs = Date.now() - began;
  return { attempt: { eventId, topic, type, number, time, durationMs, ...rest, ok: !error }, error };
}

/** What is sent: the payload that Standard Webhooks recommends, and the topic. */
function webhookBody({ type, time, topic, json }: LogEvent): string {
  return `{"type":${JSON.stringify(type)},"timestamp":"${time}","topic":${JSON.stringify(topic)},"data":${json}}`;
}

function headersOf({ endpoint, keys }: Target, id: string, body: string): Record<string, string> {
  const now = Date.now();
  const secrets = keys.filter(({ expiresAt }) => expiresAt > now).map(({ key }) => key);
  return {
    ...endpoint.headers,
    'content-type': 'application/json',
    'user-agent': 'nestjs-realtime',
    ...signWebhook(SCHEME, body, { id, secrets }),
  };
}

function failureOf({ status, retryAfterMs }: Answer): Error | undefined {
  if (status >= 200 && status < 300) return undefined;
  const message = `The endpoint answered ${status}.`;
  if (status === 410) return new EndpointGoneError(message);
  return retryAfterMs !== undefined && (status === 429 || status === 503)
    ? new RetryAfterError(message, retryAfterMs)
    : new Error(message);
}
