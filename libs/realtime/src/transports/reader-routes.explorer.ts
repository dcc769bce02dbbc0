import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  ApplicationConfig,
  DiscoveryService,
  MetadataScanner,
  ModulesContainer,
  Reflector,
} from '@nestjs/core';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../realtime.options.js';
import { ReaderRoutes } from './reader-route.js';
import { checkReader } from './reader-checks.js';

/** Finds what is wrong with the readers' routes when the application starts, rather than at a request. */
@Injectable()
export class ReaderRoutesExplorer implements OnModuleInit {
  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly config: ApplicationConfig,
    private readonly modules: ModulesContainer,
  ) {}

  /** @throws RealtimeConfigurationError naming the class, the method and the remedy */
  onModuleInit(): void {
    for (const { metatype, instance, host } of this.discovery.getControllers()) {
      if (!metatype || !instance) continue;
      const prefixes = [this.config.getGlobalPrefix(), this.modulePath(host?.metatype)];
      const prototype = metatype.prototype as Record<string, unknown>;
      for (const key of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[key] as () => unknown;
        const routes = this.reflector.get(ReaderRoutes, handler);
        if (!routes) continue;
        const paths = pathsOf(metatype).flatMap((controller) =>
          pathsOf(handler).map((path) => [...prefixes, controller, path].join('/')),
        );
        const returns: unknown = Reflect.getMetadata('design:returntype', prototype, key);
        checkReader({ name: `${metatype.name}.${key}()`, routes, paths, returns }, this.options.longPoll);
      }
    }
  }

  /** Where the RouterModule has put a module. */
  private modulePath(module: object | undefined | null): string {
    const key = `__module_path__${this.modules.applicationId}`;
    return module ? ((Reflect.getMetadata(key, module) as string | undefined) ?? '') : '';
  }
}

/** The paths that Nest's decorators recorded on a controller or a handler. */
function pathsOf(target: object): string[] {
  return [Reflect.getMetadata('path', target) as string | string[] | undefined]
    .flat()
    .map((path) => path ?? '');
}
