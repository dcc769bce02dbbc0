import { type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { Batch } from '../../bus/batch.js';
import type { HttpExchange } from '../http-exchange.js';
import { chunk, type SseEncoding } from './sse-encoding.js';

/** Bytes waiting in this process for a client, beyond which it gets nothing more until they are gone. */
const HIGH_WATER_BYTES = 64 * 1024;

/**
 * The bytes of one stream. Where nothing sits between response and socket (HTTP/1.1, no middleware that
 * rewrites the body), batches go to the socket as ready-made chunks, which saves a good part of the cost.
 */
export class SseOutput {
  /** What is written to: the response, or the stream below it. */
  private readonly target: Writable;
  private readonly direct: boolean;
  private drained: (() => void) | undefined;

  /** Sends the headers, and `first` with them. */
  constructor(
    exchange: HttpExchange,
    private readonly response: ServerResponse,
    first: string,
  ) {
    response.writeHead(response.statusCode, sseHeaders(exchange));
    // By themselves: Node keeps a head that left together with a body in all the pieces it was made of.
    response.flushHeaders();
    if (!exchange.isHead) response.write(first);
    flush(response);
    this.direct = isDirect(response);
    this.target = this.direct ? response.socket! : exchange.isHttp2 ? http2Stream(response) : response;
  }

  get waitingBytes(): number {
    return this.target.writableLength;
  }

  /** @returns false when too much is waiting already */
  batch(batch: Batch, encoding: SseEncoding): boolean {
    return this.write(batch.as(this.direct ? encoding.chunked : encoding.plain));
  }

  /** @returns false when too much is waiting already */
  text(text: string): boolean {
    // An empty chunk would be the end of the response.
    return text === '' || this.write(this.direct ? chunk(text) : text);
  }

  /** Calls `drained` whenever what was waiting is gone. The first listener stays. */
  onDrain(drained: () => void): void {
    if (this.drained) return;
    this.drained = drained;
    this.target.on('drain', drained);
  }

  end(text?: string): void {
    this.response.end(text);
  }

  /** The connection ends at once, whatever is still to be sent (on HTTP/2, this stream of it). */
  destroy(): void {
    this.response.req.socket.destroy();
  }

  /** Lets go of the socket, which may serve other requests. */
  release(): void {
    if (this.drained) this.target.removeListener('drain', this.drained);
    this.drained = undefined;
  }

  private write(bytes: Buffer | string): boolean {
    const more = this.target.write(bytes);
    if (!this.direct) flush(this.response);
    // What a middleware holds back does not count into `writableLength`.
    return more || (this.target !== this.response && this.target.writableLength < HIGH_WATER_BYTES);
  }
}

function sseHeaders(exchange: HttpExchange): OutgoingHttpHeaders {
  return {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': untransformed(exchange.answered('cache-control') ?? 'no-cache'),
    'X-Accel-Buffering': 'no',
    // Neither on HTTP/2 nor on HTTP/1.0, where the end of the connection is the end of the stream.
    ...(exchange.request.httpVersion === '1.1' &&
      exchange.response.shouldKeepAlive && { Connection: 'keep-alive' }),
  };
}

/** What transforms a stream, compression for one, would hold its events back. */
function untransformed(cacheControl: string): string {
  return /\bno-transform\b/i.test(cacheControl) ? cacheControl : `${cacheControl}, no-transform`;
}

/** A middleware that compresses holds bytes back unless told. */
function flush(response: ServerResponse): void {
  (response as { flush?: () => void }).flush?.();
}

function isDirect(response: ServerResponse): boolean {
  return (
    response instanceof ServerResponse &&
    response.chunkedEncoding &&
    response.socket !== null &&
    response.write === ServerResponse.prototype.write &&
    response.end === ServerResponse.prototype.end
  );
}

/** Its response has no `writableLength` and no drain of its own. */
function http2Stream(response: ServerResponse): Writable {
  return (response as unknown as { readonly stream: Writable }).stream;
}
