import { ClientNats, type ClientProxy } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import type { RelayOptions, RelayPattern } from './relay-options.js';

/** What is sent, and how. */
export interface Sending {
  readonly pattern: RelayPattern;
  readonly record: unknown;
  readonly ack: Required<RelayOptions>['ack'];
}

/** Sends, and resolves once it is acknowledged. Rejects when that fails, or `signal` aborts. */
export async function acknowledged(
  client: ClientProxy,
  sending: Sending,
  signal: AbortSignal,
): Promise<void> {
  const { pattern, record, ack } = sending;
  if (ack === 'receiver') return assertStored(await completion(client.send(pattern, record), signal));
  await completion(client.emit(pattern, record), signal);
  // NATS acknowledges no publish, but answers a ping after it: by then the server has it.
  if (client instanceof ClientNats) await client.unwrap<{ flush(): Promise<void> }>().flush();
}

/** What an observable emitted last, once it has completed. Aborting unsubscribes: nothing waits for an answer. */
function completion(sent: Observable<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let last: unknown;
    const subscription = sent.subscribe({
      next: (value) => (last = value),
      error: reject,
      complete: () => resolve(last),
    });
    signal.addEventListener('abort', () => {
      subscription.unsubscribe();
      reject(signal.reason as Error);
    });
  });
}

/** JetStream answers what it could not store too. */
function assertStored(answer: unknown): void {
  const { error } = (answer ?? {}) as {
    readonly error?: { readonly code?: unknown; readonly description?: unknown };
  };
  if (typeof error?.code === 'number' && typeof error.description === 'string') {
    throw new Error(`JetStream did not store it: ${error.description}`);
  }
}
