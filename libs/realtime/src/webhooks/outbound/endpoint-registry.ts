import type { KeyObject } from 'node:crypto';
import { NotFoundException } from '@nestjs/common';
import { signingKey } from './endpoint-secret.js';
import type { Endpoint } from './endpoint.js';
import type { EndpointStore, StoredEndpoint } from './endpoint-store.js';
import type { SecretBox } from './secret-box.js';
import { Turns } from './turns.js';

/** For how long what was read is used without asking the store again. */
const FRESH_MS = 1_000;

/** An endpoint, ready to be sent to. */
export interface Target {
  readonly endpoint: Endpoint;
  readonly keys: readonly { readonly key: KeyObject; readonly expiresAt: number }[];
}

/** The endpoints of a store, their secrets opened, changed one at a time. */
export class EndpointRegistry {
  private readonly targets = new Map<string, { readonly target: Promise<Target>; readonly until: number }>();
  private readonly turns = new Turns();

  constructor(
    private readonly store: EndpointStore,
    private readonly box: SecretBox,
  ) {}

  /** @throws NotFoundException */
  async get(id: string): Promise<Endpoint> {
    const stored = await this.store.get(id);
    if (!stored) throw new NotFoundException(`There is no webhook endpoint "${id}".`);
    return this.open(stored);
  }

  async list(): Promise<Endpoint[]> {
    return (await this.store.list()).map((stored) => this.open(stored));
  }

  /** The endpoint to send to, as it was less than a second ago. */
  target(id: string): Promise<Target> {
    const now = Date.now();
    const known = this.targets.get(id);
    if (known && now < known.until) return known.target;
    const target = this.get(id).then(targetOf);
    this.targets.set(id, { target, until: now + FRESH_MS });
    // What failed is asked for again; whoever awaits it hears of it.
    target.catch(() => this.targets.delete(id));
    return target;
  }

  async put({ secrets, headers, ...endpoint }: Endpoint): Promise<void> {
    const sealed = this.box.seal(JSON.stringify({ secrets, headers }), endpoint.id);
    await this.store.put({ ...endpoint, sealed });
    this.targets.delete(endpoint.id);
  }

  async remove(id: string): Promise<void> {
    await this.store.remove(id);
    this.targets.delete(id);
  }

  /** Does `work` when everything that came before it for this endpoint has ended. */
  exclusive<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.turns.take(id, work);
  }

  private open({ sealed, ...endpoint }: StoredEndpoint): Endpoint {
    const opened = JSON.parse(this.box.open(sealed, endpoint.id)) as Pick<Endpoint, 'secrets' | 'headers'>;
    return { ...endpoint, ...opened };
  }
}

function targetOf(endpoint: Endpoint): Target {
  const keys = endpoint.secrets.flatMap(({ secret, expiresAt = Infinity }) => {
    const key = signingKey(secret);
    return key ? [{ key, expiresAt }] : [];
  });
  return { endpoint, keys };
}
