interface Claim {
  readonly owner: object;
  readonly grant: () => void;
  readonly fail: (error: unknown) => void;
}

/** Exclusive locks as in the W3C's Web Locks API, with the options that are used. */
export class TestLocks {
  private readonly holders = new Map<string, Claim>();
  private readonly waiting = new Map<string, Claim[]>();
  private refusal: Error | undefined;

  /** From here on there are none to be had. */
  refuse(error: Error): void {
    this.refusal = error;
  }

  /** @param owner who loses it all by `freeAll` */
  request(
    owner: object,
    name: string,
    { signal, steal = false }: { readonly signal?: AbortSignal; readonly steal?: boolean },
    held: () => Promise<void>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const claim: Claim = {
        owner,
        fail: reject,
        grant: () => {
          const done = (settle: () => void) => {
            settle();
            if (this.holders.get(name) === claim) this.pass(name);
          };
          held().then(
            () => done(resolve),
            (error: unknown) => done(() => reject(error as Error)),
          );
        },
      };
      if (this.refusal) return reject(this.refusal);
      if (signal?.aborted) return reject(signal.reason as Error);
      if (steal) return this.steal(name, claim);
      this.queue(name).push(claim);
      signal?.addEventListener('abort', () => this.remove(name, claim) && reject(signal.reason as Error));
      if (!this.holders.has(name)) this.pass(name);
    });
  }

  /** Who has died holds no locks and waits for none. */
  freeAll(owner: object): void {
    for (const [name, claims] of this.waiting) {
      this.waiting.set(
        name,
        claims.filter((claim) => claim.owner !== owner),
      );
    }
    for (const [name, claim] of this.holders) if (claim.owner === owner) this.pass(name);
  }

  private steal(name: string, claim: Claim): void {
    this.holders.get(name)?.fail(new DOMException('The lock was stolen.', 'AbortError'));
    this.holders.set(name, claim);
    claim.grant();
  }

  private pass(name: string): void {
    this.holders.delete(name);
    const next = this.queue(name).shift();
    if (!next) return;
    this.holders.set(name, next);
    queueMicrotask(next.grant);
  }

  private remove(name: string, claim: Claim): boolean {
    const queue = this.queue(name);
    const at = queue.indexOf(claim);
    if (at >= 0) queue.splice(at, 1);
    return at >= 0;
  }

  private queue(name: string): Claim[] {
    const queue = this.waiting.get(name) ?? [];
    this.waiting.set(name, queue);
    return queue;
  }
}
