import type { RecordStore } from '../../engines/engine.interface.js';
import type { Endpoint } from './endpoint.js';

/** An endpoint as it is kept. */
export interface StoredEndpoint extends Omit<Endpoint, 'secrets' | 'headers'> {
  /** Its secrets and headers: text, encrypted if there is a `webhooks.encryptionKey`. */
  readonly sealed: string;
}

/**
 * Where endpoints are kept. Give your own as `webhooks.endpointStore` to keep them in your database; the
 * contract it must pass is `endpointStoreContract` in `nestjs-realtime/testing`.
 *
 * - What `put` wrote, whole, is what `get` and `list` give once it has resolved. What was undefined may be left out.
 * - It is not asked before every attempt: a change made behind the back of `WebhookEndpoints` is seen within a
 *   second, except for what decides which events are sent and how fast, which needs a restart.
 */
export interface EndpointStore {
  get(id: string): Promise<StoredEndpoint | undefined>;
  /** All endpoints, in any order. */
  list(): Promise<readonly StoredEndpoint[]>;
  /** Adds or replaces. */
  put(endpoint: StoredEndpoint): Promise<void>;
  /** Removes; it is no error when there is none. */
  remove(id: string): Promise<void>;
}

const PREFIX = 'endpoints/';
const PAGE = 1_000;

/** Endpoints beside the log. */
export class RecordEndpointStore implements EndpointStore {
  constructor(private readonly records: RecordStore) {}

  async get(id: string): Promise<StoredEndpoint | undefined> {
    const text = await this.records.get(PREFIX + id);
    return text === undefined ? undefined : (JSON.parse(text) as StoredEndpoint);
  }

  async list(): Promise<readonly StoredEndpoint[]> {
    const endpoints: StoredEndpoint[] = [];
    for (let after: string | undefined; ;) {
      const page = await this.records.list(PREFIX, { after, limit: PAGE });
      endpoints.push(...page.map(({ value }) => JSON.parse(value) as StoredEndpoint));
      if (page.length < PAGE) return endpoints;
      after = page.at(-1)!.key;
    }
  }

  put(endpoint: StoredEndpoint): Promise<void> {
    return this.records.write([{ key: PREFIX + endpoint.id, value: JSON.stringify(endpoint) }]);
  }

  remove(id: string): Promise<void> {
    return this.records.write([{ key: PREFIX + id, value: undefined }]);
  }
}
