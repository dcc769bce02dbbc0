import type { LogEvent } from '../../bus/log-event.js';
import { type CuttableAttempt, GiveUpError, RetryAfterError } from '../../consumers/consumer-options.js';
import type { DeliveryAttempt } from './endpoint.js';
import type { Target } from './endpoint-registry.js';
import { signDelivery } from './sign-delivery.js';
import type { WebhookExchange } from './webhook-exchange.js';
import type { WebhookSender } from './webhook-sender.js';

/** The endpoint says that it is gone for good. */
export class EndpointGoneError extends GiveUpError {}

export interface DeliveryOutcome {
  readonly attempt: DeliveryAttempt;
  /** Why it has to be tried again, or not; undefined when it was delivered. */
  readonly error?: Error;
}

interface Outcome {
  readonly status: number | undefined;
  readonly answer: string;
  readonly error: Error | undefined;
}

/** An attempt by a consumer, or one of its own that nobody cuts off. */
type DeliveryTry = Pick<CuttableAttempt, 'number'> & Partial<Pick<CuttableAttempt, 'onAbort'>>;

/**
 * Delivers one event to one endpoint: signs it now, and POSTs it.
 * @throws Error when the attempt was cut off
 */
export async function deliver(
  sender: WebhookSender,
  target: Target,
  event: LogEvent,
  attempt: DeliveryTry,
): Promise<DeliveryOutcome> {
  const began = Date.now();
  const { id: eventId, topic, type } = event;
  const body = webhookBody(event);
  const exchange = sender.post(target.endpoint.url, headersOf(target, eventId, body), body);
  let isCutOff = false;
  attempt.onAbort?.((reason) => {
    isCutOff = true;
    exchange.abort(reason);
  });
  const { status, answer, error } = await outcomeOf(exchange);
  if (isCutOff) throw error;
  const { number } = attempt;
  const [time, durationMs] = [new Date(began).toISOString(), Date.now() - began];
  return { attempt: { eventId, topic, type, number, time, durationMs, status, answer, ok: !error }, error };
}

async function outcomeOf({ answer }: WebhookExchange): Promise<Outcome> {
  try {
    const { status, body, retryAfterMs } = await answer;
    return { status, answer: body, error: failureOf(status, retryAfterMs) };
  } catch (thrown) {
    const error = thrown as Error;
    return { status: undefined, answer: error.message, error };
  }
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
    ...signDelivery(secrets, id, body),
  };
}

function failureOf(status: number, retryAfterMs: number | undefined): Error | undefined {
  if (status >= 200 && status < 300) return undefined;
  const message = `The endpoint answered ${status}.`;
  if (status === 410) return new EndpointGoneError(message);
  return retryAfterMs !== undefined && (status === 429 || status === 503)
    ? new RetryAfterError(message, retryAfterMs)
    : new Error(message);
}
