import assert from 'node:assert/strict';
import type { EndpointStore, StoredEndpoint } from '../webhooks/outbound/endpoint-store.js';

/** One thing that a store promises. */
export interface ContractCase {
  readonly name: string;
  /** Rejects with an AssertionError when the promise is broken. */
  readonly run: () => Promise<void>;
}

/** Comes in every text and is easily lost: quotes, a backslash, a line, more than 16 bits, a combining mark. */
const ODD_TEXT = 'a"b\\c\nd e\u0301 \u{1F35E} ?$1%s';

const ENDPOINT: StoredEndpoint = {
  id: 'ep_1',
  url: 'https://example.com/hook?a=1&b=2',
  topics: ['orders/*', 'menu/**'],
  sealed: '{"secrets":[]}',
  state: 'active',
  createdAt: '2026-01-02T03:04:05.678Z',
};

const FULL: StoredEndpoint = {
  ...ENDPOINT,
  types: ['order.ready', 'order.late'],
  rateLimit: 0.5,
  ordered: true,
  owner: 'ann',
  description: 'The charity, around the corner',
  state: 'disabled',
  disabledReason: 'It answered 410: gone.',
};

/**
 * What `EndpointStore` promises, as cases for any test runner.
 *
 * @param create gives a store that is empty
 * @example
 * for (const { name, run } of endpointStoreContract(() => new SqlEndpointStore(pool))) it(name, run);
 */
export function endpointStoreContract(create: () => EndpointStore | Promise<EndpointStore>): ContractCase[] {
  return Object.entries(CASES).map(([name, check]) => ({
    name,
    run: async () => check(await create()),
  }));
}

const CASES: Readonly<Record<string, (store: EndpointStore) => Promise<void>>> = {
  'gives what was put, whole': async (store) => {
    for (const endpoint of [ENDPOINT, FULL]) {
      await store.put(endpoint);
      await holds(store, [endpoint]);
    }
  },
  'replaces, and keeps nothing of what was there': async (store) => {
    await store.put(FULL);
    await store.put(ENDPOINT);
    await holds(store, [ENDPOINT]);
  },
  'takes undefined for what is not there': async (store) => {
    await store.put({ ...FULL, types: undefined, disabledReason: undefined });
    const { types, disabledReason, ...rest } = FULL;
    assert.ok(types && disabledReason);
    await holds(store, [rest]);
  },
  'keeps any text': async (store) => {
    const endpoint = { ...FULL, description: ODD_TEXT, owner: ODD_TEXT, sealed: 'x'.repeat(64 * 1024) };
    await store.put(endpoint);
    await holds(store, [endpoint]);
  },
  'knows nothing of what was never put': async (store) => {
    assert.equal(await store.get('ep_1'), undefined);
    assert.deepEqual(await store.list(), []);
  },
  'tells apart ids that begin alike': async (store) => {
    await store.put(ENDPOINT);
    assert.equal(await store.get('ep_'), undefined);
    assert.equal(await store.get('ep_10'), undefined);
    await store.remove('ep_');
    await holds(store, [ENDPOINT]);
  },
  'lists all, also many that came at once': async (store) => {
    const endpoints = Array.from({ length: 1_200 }, (_, index) => ({ ...ENDPOINT, id: `ep_${index}` }));
    await Promise.all(endpoints.map((endpoint) => store.put(endpoint)));
    const ids = (await store.list()).map(({ id }) => id);
    assert.deepEqual(ids.toSorted(), endpoints.map(({ id }) => id).toSorted());
  },
  'removes one, and is content when there is none': async (store) => {
    const other = { ...FULL, id: 'ep_2' };
    await store.put(ENDPOINT);
    await store.put(other);
    await store.remove(ENDPOINT.id);
    await holds(store, [other]);
    await store.remove(ENDPOINT.id);
    assert.equal(await store.get(ENDPOINT.id), undefined);
    await store.put(ENDPOINT);
    assert.deepEqual(plain(await store.get(ENDPOINT.id)), ENDPOINT);
  },
};

async function holds(store: EndpointStore, endpoints: readonly StoredEndpoint[]): Promise<void> {
  for (const endpoint of endpoints) assert.deepEqual(plain(await store.get(endpoint.id)), endpoint);
  assert.deepEqual((await store.list()).map(plain), endpoints);
}

/** Without what is undefined, and whatever class the store makes its objects of. */
function plain(endpoint: StoredEndpoint | undefined): unknown {
  return endpoint && (JSON.parse(JSON.stringify(endpoint)) as unknown);
}
