import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Authenticator } from './access/authenticator.js';
import { ClientPublisher } from './access/client-publisher.js';
import { Revocations } from './access/revocations.js';
import { Sessions } from './access/sessions.js';
import { TopicPolicies } from './access/topic-policies.js';
import { Feeds } from './bus/feeds.js';
import { JournaledTopics } from './bus/journaled-topics.js';
import { RealtimeBus } from './bus/realtime-bus.js';
import { Consumers } from './consumers/consumers.js';
import { OnTopicCatalog } from './consumers/on-topic.catalog.js';
import { OnTopicExplorer } from './consumers/on-topic.explorer.js';
import { LateEngine } from './engines/late-engine.js';
import {
  REALTIME_ENGINE,
  REALTIME_OPTIONS,
  type RealtimeOptions,
  type ResolvedOptions,
  resolveOptions,
} from './realtime.options.js';
import { Connections } from './transports/connections.js';
import { Heartbeats } from './transports/heartbeats.js';
import { HubController } from './transports/hub/hub.controller.js';
import { LogPolls } from './transports/log-polls.js';
import { ReaderRoutesExplorer } from './transports/reader-routes.explorer.js';
import { SocketGateway } from './transports/socket/socket-gateway.js';
import { SocketServices } from './transports/socket/socket-services.js';
import { LogStreams } from './transports/sse/log-streams.js';
import { SseStreams } from './transports/sse/sse-streams.js';
import { TimerWheel } from './timing/timer-wheel.js';
import { WEBHOOK_PROVIDERS, WEBHOOK_SHARED } from './webhooks/webhook-providers.js';

export interface RealtimeAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...dependencies: never[]) => RealtimeOptions | Promise<RealtimeOptions>;
}

const SHARED = [
  JournaledTopics,
  Consumers,
  Feeds,
  RealtimeBus,
  Connections,
  Heartbeats,
  TimerWheel,
  LogPolls,
  SseStreams,
  LogStreams,
];

/**
 * The event log and its readers. Import it once, in the root module; it is global.
 *
 * @example
 * \@Module({ imports: [RealtimeModule.forRoot()] })
 * class AppModule {}
 */
@Module({ imports: [DiscoveryModule] })
export class RealtimeModule implements OnModuleInit, OnApplicationShutdown {
  constructor(@Inject(REALTIME_ENGINE) private readonly engine: LateEngine) {}

  static forRoot(options: RealtimeOptions = {}): DynamicModule {
    return RealtimeModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: RealtimeAsyncOptions): DynamicModule {
    return {
      module: RealtimeModule,
      global: true,
      imports,
      controllers: [HubController],
      providers: [
        {
          provide: REALTIME_OPTIONS,
          inject,
          useFactory: async (...dependencies: never[]) => resolveOptions(await useFactory(...dependencies)),
        },
        {
          provide: REALTIME_ENGINE,
          inject: [REALTIME_OPTIONS],
          // Whoever injects it can use it at once.
          useFactory: ({ engine, retention }: ResolvedOptions) => new LateEngine(engine, retention),
        },
        ReaderRoutesExplorer,
        Authenticator,
        Revocations,
        Sessions,
        TopicPolicies,
        ClientPublisher,
        SocketServices,
        SocketGateway,
        OnTopicCatalog,
        OnTopicExplorer,
        ...SHARED,
        ...WEBHOOK_PROVIDERS,
      ],
      // The library's interceptors live in the modules of the controllers they are put on.
      exports: [REALTIME_OPTIONS, REALTIME_ENGINE, ...SHARED, ...WEBHOOK_SHARED],
    };
  }

  /** @throws RealtimeConfigurationError when the log cannot be opened */
  async onModuleInit(): Promise<void> {
    await this.engine.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.engine.stop();
  }
}
