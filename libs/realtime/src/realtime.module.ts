import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Feeds } from './bus/feeds.js';
import { RealtimeBus } from './bus/realtime-bus.js';
import type { RealtimeEngine } from './engines/engine.interface.js';
import {
  REALTIME_ENGINE,
  REALTIME_OPTIONS,
  type RealtimeOptions,
  type ResolvedOptions,
  resolveOptions,
} from './realtime.options.js';

export interface RealtimeAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...dependencies: never[]) => RealtimeOptions | Promise<RealtimeOptions>;
}

/**
 * The event log and its readers. Import it once, in the root module; it is global.
 *
 * @example
 * \@Module({ imports: [RealtimeModule.forRoot()] })
 * class AppModule {}
 */
@Module({})
export class RealtimeModule implements OnApplicationShutdown {
  constructor(@Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine) {}

  static forRoot(options: RealtimeOptions = {}): DynamicModule {
    return RealtimeModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: RealtimeAsyncOptions): DynamicModule {
    return {
      module: RealtimeModule,
      global: true,
      imports,
      providers: [
        {
          provide: REALTIME_OPTIONS,
          inject,
          useFactory: async (...dependencies: never[]) => resolveOptions(await useFactory(...dependencies)),
        },
        {
          provide: REALTIME_ENGINE,
          inject: [REALTIME_OPTIONS],
          // Started here rather than in a hook: whoever injects it can use it at once.
          useFactory: async ({ engine, retention }: ResolvedOptions) => {
            await engine.start(retention);
            return engine;
          },
        },
        Feeds,
        RealtimeBus,
      ],
      exports: [REALTIME_OPTIONS, REALTIME_ENGINE, Feeds, RealtimeBus],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.engine.stop();
  }
}
