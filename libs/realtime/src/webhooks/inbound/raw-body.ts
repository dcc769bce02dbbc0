import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { tooLarge } from './payload.js';
import { WebhookRefusal } from './webhook-refusal.js';

/** The bodies kept for webhooks. Per request, so that several applications can share one adapter. */
const BODIES = new WeakMap<IncomingMessage, Buffer>();

export function keepRawBody(request: IncomingMessage, body: Buffer): void {
  BODIES.set(request, body);
}

/** The body of a request as it was sent, if it was for a webhook. */
export function rawBodyOf(request: IncomingMessage): Buffer | undefined {
  return BODIES.get(request);
}

/**
 * Reads a body to its end. Beyond `maxBytes` it is refused at once, and the rest is thrown away as it comes, so
 * that the sender can read the answer.
 * @throws WebhookRefusal `too-large`, or `malformed` when the sender breaks off
 */
export function readBody(stream: Readable, declaredBytes: number, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) refuse();
      else chunks.push(chunk);
    };
    const onEnd = () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    const onBroken = (cause?: Error) =>
      reject(new WebhookRefusal('malformed', 'The sender broke off.', { cause }));
    const refuse = () => {
      stream.off('data', onData).resume();
      reject(tooLarge(maxBytes));
    };
    const onClose = () => stream.readableEnded || onBroken();
    // By hand, for `finished` costs more than all of this.
    stream.on('data', onData).once('end', onEnd).once('error', onBroken).once('close', onClose);
    if (declaredBytes > maxBytes) refuse();
    else if (stream.destroyed) onBroken();
  });
}
