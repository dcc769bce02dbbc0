import { Logger } from '@nestjs/common';
import type { RecordStore } from '../engines/engine.interface.js';
import { ConsumerStore, type ConsumerState } from './consumer-store.js';

/** Consumers that have a place in the log, but no handler. */
export class MissingConsumers {
  private readonly logger = new Logger('Realtime');

  /** @param isHere whether a consumer of this name has a handler */
  constructor(
    private readonly records: RecordStore,
    private readonly isHere: (name: string) => boolean,
  ) {}

  async names(): Promise<string[]> {
    return (await this.find()).map(([{ name }]) => name);
  }

  /** Tells the operator which are missing, and writes down since when. */
  async report(): Promise<void> {
    for (const [store, state] of await this.find()) {
      this.logger.warn(
        `The durable consumer "${store.name}" has a place in the log, but no handler has that name. If it was renamed, give it the old name; if it is gone for good, call Consumers.remove("${store.name}").`,
      );
      const missingSince = state.missingSince ?? new Date().toISOString();
      await store.write([store.stateChange({ ...state, missingSince })]);
    }
  }

  private async find(): Promise<[ConsumerStore, ConsumerState][]> {
    const found: [ConsumerStore, ConsumerState][] = [];
    for (const name of await ConsumerStore.names(this.records)) {
      if (this.isHere(name)) continue;
      const store = new ConsumerStore(name, this.records);
      const state = await store.load();
      // Of one that was retired, only dead letters are left.
      if (state) found.push([store, state]);
    }
    return found;
  }
}
