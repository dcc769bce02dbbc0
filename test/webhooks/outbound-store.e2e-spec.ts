import { afterEach, describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../../libs/realtime/src/realtime.options.js';
import { RecordEndpointStore } from '../../libs/realtime/src/webhooks/outbound/endpoint-store.js';
import type { EndpointStore, StoredEndpoint } from 'nestjs-realtime';
import { endpointStoreContract } from 'nestjs-realtime/testing';
import { ENGINES } from './outbound-kit.js';

/** Another's store: a Map. */
class MapStore implements EndpointStore {
  protected readonly kept = new Map<string, StoredEndpoint>();

  async get(id: string): Promise<StoredEndpoint | undefined> {
    return this.kept.get(id);
  }

  async list(): Promise<readonly StoredEndpoint[]> {
    return [...this.kept.values()];
  }

  async put(endpoint: StoredEndpoint): Promise<void> {
    this.kept.set(endpoint.id, endpoint);
  }

  async remove(id: string): Promise<void> {
    this.kept.delete(id);
  }
}

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

describe.each(ENGINES)('beside the log of the engine $name', ({ create }) => {
  const cases = endpointStoreContract(async () => {
    const files = await create();
    const engine = files.engine();
    await engine.start(DEFAULTS.retention);
    closing.push(
      async () => files[Symbol.asyncDispose](),
      () => engine.stop(),
    );
    return new RecordEndpointStore(engine.records);
  });
  it.each(cases)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

describe('of an application', () => {
  it.each(endpointStoreContract(() => new MapStore()))('$name', ({ run }) =>
    expect(run()).resolves.toBeUndefined(),
  );
});

const MISTAKES: readonly (readonly [string, string, () => EndpointStore])[] = [
  [
    'merges',
    'replaces, and keeps nothing of what was there',
    () =>
      new (class extends MapStore {
        override put(endpoint: StoredEndpoint): Promise<void> {
          return super.put({ ...this.kept.get(endpoint.id), ...endpoint });
        }
      })(),
  ],
  [
    'lists one page',
    'lists all, also many that came at once',
    () =>
      new (class extends MapStore {
        override async list(): Promise<readonly StoredEndpoint[]> {
          return (await super.list()).slice(0, 1_000);
        }
      })(),
  ],
  [
    'matches the beginning',
    'tells apart ids that begin alike',
    () =>
      new (class extends MapStore {
        override async get(id: string): Promise<StoredEndpoint | undefined> {
          return (await super.list()).find((endpoint) => endpoint.id.startsWith(id));
        }
      })(),
  ],
];

it.each(MISTAKES)('finds a store that %s', async (_, name, create) => {
  const found = endpointStoreContract(create).find((one) => one.name === name)!;
  await expect(found.run()).rejects.toThrow('Expected values to be strictly');
});
