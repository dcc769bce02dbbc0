import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  NotFoundException,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { JournaledTopics } from '../bus/journaled-topics.js';
import { RealtimeBus } from '../bus/realtime-bus.js';
import type { RealtimeEngine } from '../engines/engine.interface.js';
import { RealtimeConfigurationError, RealtimeError } from '../realtime.errors.js';
import { REALTIME_ENGINE, REALTIME_OPTIONS, type ResolvedOptions } from '../realtime.options.js';
import { TimerWheel } from '../timing/timer-wheel.js';
import { Consumer, type ConsumerServices } from './consumer.js';
import { checkConsumer } from './consumer-check.js';
import { NewsTeller } from './consumer-news.js';
import type { ConsumerDefinition } from './consumer-options.js';
import { ConsumerStore } from './consumer-store.js';
import { type DeadLetter, type DeadLetterQuery, DeadLetters } from './dead-letters.js';
import { JournalWatch } from './journal-watch.js';
import { MissingConsumers } from './missing-consumers.js';
import { Upkeep } from './upkeep.js';

export { consumerTopic } from './consumer-news.js';
export type { DeadLetter, DeadLetterQuery } from './dead-letters.js';

/** How a consumer is doing. */
export interface ConsumerStatus {
  readonly name: string;
  /**
   * `open`: its target is down and it waits; `half-open`: it tries one event. `missing`: it has a place in the
   * log, but no handler has its name any more.
   */
  readonly state: 'running' | 'paused' | 'open' | 'half-open' | 'missing';
  /** While the state is `open`: when it tries again, ISO 8601. */
  readonly until?: string;
  /** Everything up to here has ended: it succeeded, is to be tried again later, or was given up. */
  readonly cursor?: string;
  /** Attempts under way. */
  readonly inFlight: number;
}

/** A consumer, and what goes with it. */
interface Entry {
  readonly consumer: Consumer;
  readonly opening: Promise<void>;
  readonly deadLetters: DeadLetters;
  readonly news: NewsTeller;
  forgetTopics: () => void;
}

/** How many consumers a message names. */
const MAX_NAMED = 5;

/**
 * The durable consumers of this application: see how they are, and steer them. What happens to them is published
 * on `realtime/consumers/<name>`, and logged.
 *
 * Methods that change a consumer throw a NotFoundException when there is none of that name.
 */
@Injectable()
export class Consumers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly entries = new Map<string, Entry>();
  private readonly services: ConsumerServices;
  private readonly upkeep: Upkeep;
  private readonly missing: MissingConsumers;
  private phase: 'starting' | 'started' | 'stopped' = 'starting';

  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly bus: RealtimeBus,
    private readonly journaled: JournaledTopics,
    timers: TimerWheel,
  ) {
    this.services = { engine, timers, watch: new JournalWatch(engine.journal) };
    this.upkeep = new Upkeep(engine, () => this.all());
    this.missing = new MissingConsumers(engine.records, (name) => this.entries.has(name));
  }

  /** How all consumers are doing, those whose handler is gone included. */
  async list(): Promise<ConsumerStatus[]> {
    const known = this.all().map(({ name, state, openUntil, cursor, inFlight }) => ({
      name,
      state,
      ...(openUntil !== undefined && { until: new Date(openUntil).toISOString() }),
      cursor: cursor.toString(),
      inFlight,
    }));
    const missing = await this.missing.names();
    return [...known, ...missing.map((name) => ({ name, state: 'missing' as const, inFlight: 0 }))];
  }

  /** Stops taking events, also over a restart. What is under way ends. */
  async pause(name: string): Promise<void> {
    await this.get(name).consumer.pause();
  }

  /** Goes on where it was paused. Where the breaker leaves a target alone, it is tried now. */
  async resume(name: string): Promise<void> {
    await this.get(name).consumer.resume();
  }

  /** Events that were given up, in the order of the log; none for a consumer that is not known. */
  async deadLetters(name: string, query: DeadLetterQuery = {}): Promise<DeadLetter[]> {
    return new DeadLetters(name, this.engine.records).list(query);
  }

  /**
   * Attempts dead letters again, as if they were new: all of them, or the one with this event id. Resolves when
   * it is certain that they will be.
   * @returns how many
   */
  async redeliver(name: string, id?: string): Promise<number> {
    const { consumer, deadLetters } = this.get(name);
    return deadLetters.redeliver(consumer, id);
  }

  /**
   * Attempts again everything since `time` that the journal still has: what no consumer needs any more is kept
   * for `retention.maxAgeMs`.
   */
  async replay(name: string, time: Date): Promise<void> {
    await this.get(name).consumer.replay(time);
  }

  /** Stops a consumer and forgets its place, its retries and its dead letters. */
  async remove(name: string): Promise<void> {
    if (!this.entries.has(name) && !(await new ConsumerStore(name, this.engine.records).exists())) {
      throw unknown(name);
    }
    await this.forget(name);
  }

  /**
   * Adds a consumer, and starts it if the application has started.
   * @internal
   * @throws RealtimeConfigurationError when the name is taken, or an option is not what it should be
   */
  async add(definition: ConsumerDefinition): Promise<void> {
    checkConsumer(definition);
    const { name, patterns } = definition;
    if (this.phase === 'stopped')
      throw new RealtimeError('shutting-down', 'The application is shutting down.');
    if (this.entries.has(name)) {
      throw new RealtimeConfigurationError(
        `Two durable consumers are called "${name}": each needs a name of its own.`,
      );
    }
    const news = new NewsTeller(name, this.bus);
    const consumer = new Consumer(definition, this.services, (item) => news.tell(item));
    const deadLetters = new DeadLetters(name, this.engine.records);
    const forgetTopics = this.journaled.add(patterns);
    const opening = consumer.open();
    this.entries.set(name, { consumer, news, deadLetters, forgetTopics, opening });
    try {
      await opening;
    } catch (error) {
      this.entries.delete(name);
      forgetTopics();
      throw error;
    }
    if (this.phase === 'started') consumer.start();
  }

  /**
   * Goes on with another definition of the same name, from the same place.
   * @internal
   */
  async replace(definition: ConsumerDefinition): Promise<void> {
    checkConsumer(definition);
    const entry = this.get(definition.name);
    const { forgetTopics } = entry;
    entry.forgetTopics = this.journaled.add(definition.patterns);
    forgetTopics();
    entry.consumer.redefine(definition);
  }

  /**
   * What a consumer sends to is another: its breaker is closed, and what waits is attempted now.
   * @internal
   */
  async renew(name: string): Promise<void> {
    await this.get(name).consumer.renew();
  }

  /**
   * Removes a consumer, if it is there.
   * @internal
   */
  async forget(name: string): Promise<void> {
    await this.stop(name);
    await new ConsumerStore(name, this.engine.records).remove();
  }

  /**
   * Stops a consumer and forgets its place, but keeps what failed, as dead letters.
   * @internal
   */
  async retire(name: string): Promise<void> {
    await this.stop(name);
    await new ConsumerStore(name, this.engine.records).retire();
  }

  async onApplicationBootstrap(): Promise<void> {
    this.journaled.seal();
    this.phase = 'started';
    for (const consumer of this.all()) consumer.start();
    this.warnOfLoss();
    await this.missing.report();
    this.upkeep.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.phase = 'stopped';
    await Promise.all([...this.entries.values()].map((entry) => this.end(entry)));
    await this.upkeep.stop();
    this.services.watch.close();
  }

  /** Those that have found their place. */
  private all(): Consumer[] {
    return [...this.entries.values()].map(({ consumer }) => consumer).filter(({ isOpen }) => isOpen);
  }

  private get(name: string): Entry {
    const entry = this.entries.get(name);
    if (!entry) throw unknown(name);
    return entry;
  }

  private async stop(name: string): Promise<void> {
    const entry = this.entries.get(name);
    if (!entry) return;
    await this.end(entry);
    entry.forgetTopics();
    this.entries.delete(name);
  }

  private async end({ consumer, news, opening }: Entry): Promise<void> {
    await opening;
    await consumer.stop(this.options.shutdown.timeoutMs);
    news.close();
  }

  private warnOfLoss(): void {
    const names = this.all().map(({ name }) => `"${name}"`);
    if (this.engine.durable || names.length === 0) return;
    const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
    this.logger.warn(
      `The engine "${this.engine.name}" forgets everything when this process ends: what the durable consumers ${names.slice(0, MAX_NAMED).join(', ')}${more} have not handled by then is lost.`,
    );
  }
}

function unknown(name: string): NotFoundException {
  return new NotFoundException(`There is no durable consumer "${name}".`);
}
