import { topicSegment } from 'nestjs-realtime-protocol';
import { RealtimeConfigurationError } from '../realtime.errors.js';
import type { ConsumerDefinition } from './consumer-options.js';

/** The longest name, in bytes as a topic segment. */
const MAX_NAME_BYTES = 128;

const MAX_WAIT_MS = 366 * 24 * 3_600_000;

/** @throws RealtimeConfigurationError that says what is wrong, and how it would be right */
export function checkConsumer(definition: ConsumerDefinition): void {
  const fault = nameFault(definition.name) ?? optionsFault(definition);
  if (fault) {
    throw new RealtimeConfigurationError(
      `The durable consumer ${JSON.stringify(definition.name)}: ${fault}.`,
    );
  }
}

/** Has a configuration error name its culprit, the class and the method. */
export async function culprit<Result>(where: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RealtimeConfigurationError)) throw error;
    throw new RealtimeConfigurationError(`${where}: ${error.message}`);
  }
}

function nameFault(name: unknown): string | undefined {
  try {
    if (typeof name === 'string' && Buffer.byteLength(topicSegment(name)) <= MAX_NAME_BYTES) return undefined;
  } catch {
    // No segment of a topic.
  }
  return `its name must be text of 1 to ${MAX_NAME_BYTES} bytes`;
}

function optionsFault({
  patterns,
  concurrency,
  rateLimit,
  retries,
  timeoutMs,
}: ConsumerDefinition): string | undefined {
  if (patterns.length === 0) return 'it has no pattern: give it one, such as orders/**';
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    return `concurrency must be a whole number above 0, not ${String(concurrency)}`;
  }
  if (!(rateLimit > 0)) return `rateLimit must be above 0, not ${String(rateLimit)}`;
  if (!(timeoutMs > 0)) return `timeoutMs must be above 0, not ${String(timeoutMs)}`;
  const wait = retries.find((ms) => !(ms >= 0 && ms <= MAX_WAIT_MS));
  return wait === undefined
    ? undefined
    : `a wait in retries must be 0 milliseconds to a year, not ${String(wait)}`;
}
