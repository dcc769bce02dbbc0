import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { LogEvent } from '../bus/log-event.js';
import type { RealtimeEngine } from '../engines/engine.interface.js';
import { RealtimeConfigurationError } from '../realtime.errors.js';
import { REALTIME_ENGINE } from '../realtime.options.js';
import { culprit } from './consumer-check.js';
import { withDefaults } from './consumer-options.js';
import { Consumers } from './consumers.js';
import { OnTopicCatalog, type TopicHandler } from './on-topic.catalog.js';

/** Connects the methods under `@OnTopic` to the log. */
@Injectable()
export class OnTopicExplorer implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly live: TopicHandler[] = [];
  private unlisten: (() => void) | undefined;

  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    private readonly catalog: OnTopicCatalog,
    private readonly consumers: Consumers,
  ) {}

  /** @throws RealtimeConfigurationError naming the class and the method */
  async onModuleInit(): Promise<void> {
    const named = new Map<string, string>();
    for (const handler of this.catalog.find()) {
      const { where, options } = handler;
      checkOptions(handler);
      if (options.durable === undefined) {
        this.live.push(handler);
        continue;
      }
      assertUnnamed(named, options.durable, where);
      named.set(options.durable, where);
      await this.addDurable(options.durable, handler);
    }
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.live.length === 0) return;
    this.unlisten = await this.engine.listenAll((event) => {
      for (const handler of this.live) {
        if (handler.patterns.some((pattern) => pattern.match(event.topic))) void this.call(handler, event);
      }
    });
  }

  onApplicationShutdown(): void {
    this.unlisten?.();
  }

  private addDurable(name: string, { where, call, patterns, options }: TopicHandler): Promise<void> {
    const { durable: _, ...given } = options;
    return culprit(where, () =>
      this.consumers.add({
        ...withDefaults(given),
        name,
        patterns,
        handle: async (event, attempt) => void (await call(event.toTopicEvent(), attempt)),
      }),
    );
  }

  private async call({ where, call }: TopicHandler, event: LogEvent): Promise<void> {
    try {
      // Not within the publisher's call.
      await Promise.resolve();
      await call(event.toTopicEvent());
    } catch (error) {
      this.logger.error(`${where} failed with event ${event.id} of ${event.topic}.`, error);
    }
  }
}

function assertUnnamed(named: ReadonlyMap<string, string>, name: string, where: string): void {
  const other = named.get(name);
  if (other === undefined) return;
  const remedy =
    other === where
      ? 'its class has several instances: let one module provide and export it'
      : 'each durable handler needs a name of its own';
  throw new RealtimeConfigurationError(`${other} and ${where} are both called "${name}": ${remedy}.`);
}

function checkOptions({ where, patterns, options }: TopicHandler): void {
  if (patterns.length === 0) throw new RealtimeConfigurationError(`${where}: it has no pattern.`);
  const { durable, ...rest } = options;
  const given = Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : name));
  if (durable === undefined && given.length > 0) {
    throw new RealtimeConfigurationError(
      `${where}: ${given.join(', ')} is for durable handlers: name it, durable: 'billing', or leave that out.`,
    );
  }
}
