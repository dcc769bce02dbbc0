/** A third party's URL, and what it wants to hear. */
export interface Endpoint {
  readonly id: string;
  /** Where events are POSTed. HTTPS, unless `webhooks.allowHttp`. */
  readonly url: string;
  /** Patterns of topics: `orders/*`, `orders/**`. */
  readonly topics: readonly string[];
  /** Types of events; all, when left out. */
  readonly types?: readonly string[];
  /** Secrets it is signed with; the newest first. Several while a rotation overlaps. */
  readonly secrets: readonly EndpointSecret[];
  /** Headers sent along. Those of the signature and of HTTP itself cannot be set. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Attempts per second. */
  readonly rateLimit?: number;
  /** One after the other, in the order of the log. */
  readonly ordered?: boolean;
  /** Whose it is, where a product has many customers. */
  readonly owner?: string;
  readonly description?: string;
  /** `disabled`: by us, for the reason given. It is sent nothing, and what happens meanwhile is not kept for it. */
  readonly state: 'active' | 'paused' | 'disabled';
  readonly disabledReason?: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface EndpointSecret {
  /** `whsec_…` signs v1 (HMAC), `whsk_…` signs v1a (ed25519). */
  readonly secret: string;
  /** Until when it is used, in milliseconds since 1970; for ever, when left out. */
  readonly expiresAt?: number;
}

/** What `create` takes. */
export interface NewEndpoint extends Pick<
  Endpoint,
  'url' | 'topics' | 'types' | 'headers' | 'rateLimit' | 'ordered' | 'owner' | 'description'
> {
  /** Default: a new `whsec_…`. */
  readonly secret?: string;
}

/** What `update` takes: what is left out stays. */
export type EndpointChange = Partial<Omit<NewEndpoint, 'secret' | 'owner'>>;

/** An endpoint as it is shown: without its secrets. */
export type EndpointView = Omit<Endpoint, 'secrets'>;

/** One POST, and what came of it. */
export interface DeliveryAttempt {
  readonly eventId: string;
  readonly topic: string;
  readonly type: string;
  /** 1 for the first. */
  readonly number: number;
  /** ISO 8601. */
  readonly time: string;
  readonly durationMs: number;
  /** The answer's; left out when there was none. */
  readonly status?: number;
  /** The start of the answer, or why there was none. */
  readonly answer: string;
  readonly ok: boolean;
}

/** One event for one endpoint. */
export interface Delivery {
  readonly eventId: string;
  readonly topic: string;
  readonly type: string;
  readonly state: 'delivered' | 'failing';
  readonly attempts: number;
  /** The last attempt. */
  readonly last: DeliveryAttempt;
}

const SETTINGS = ['url', 'topics', 'types', 'headers', 'rateLimit', 'ordered', 'description'] as const;

/** Of what somebody sent, what can be set, and nothing else. */
export function settingsOf(input: EndpointChange): EndpointChange {
  return Object.fromEntries(SETTINGS.filter((name) => name in input).map((name) => [name, input[name]]));
}

export function viewOf(endpoint: Endpoint): EndpointView {
  const { secrets: _secrets, ...view } = endpoint;
  return view;
}
