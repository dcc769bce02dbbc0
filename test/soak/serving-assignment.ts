import { standardWebhooks } from 'nestjs-realtime';

/** What an application is told to do until it is killed. */
export interface ServingAssignment {
  readonly path: string;
  /** Where its webhook endpoint is. */
  readonly deliverTo: string;
  /** Where the handler of the webhooks that come in sends each. */
  readonly handTo: string;
}

export const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
/** How webhooks to the application are signed. */
export const SCHEME = standardWebhooks({ secret: SECRET });
/** Events that the handler has under way at once. */
export const WINDOW = 8;
/** Events that the endpoint has begun and not written down. */
export const ENDPOINT_WINDOW = 64;
