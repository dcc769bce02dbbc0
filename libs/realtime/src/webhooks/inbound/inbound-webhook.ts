import type { IncomingHttpHeaders } from 'node:http';

/** A verified delivery, as a handler gets it. */
export interface InboundWebhook<T = unknown> {
  /** The sender's id, the same at each of its retries; a digest of what is signed if it sends none. */
  readonly id: string;
  /** The sender's type of event; `message` if it sends none. */
  readonly type: string;
  /** The body, parsed: JSON, the parameters of a form, or text. Nothing has checked that it is a T. */
  readonly data: T;
  /** When it was sent, if its sender says so. */
  readonly timestamp?: Date;
  /** The body as it was sent, compressed if it was. */
  readonly rawBody: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** The parameters of the route's path. */
  readonly params: Readonly<Record<string, string>>;
}
