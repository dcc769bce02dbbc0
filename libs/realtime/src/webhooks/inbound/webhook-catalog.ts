import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost, MetadataScanner, Reflector } from '@nestjs/core';
import { RealtimeConfigurationError } from '../../realtime.errors.js';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { verificationKeys } from '../schemes/secrets.js';
import { isHandshakeRoute } from './handshake-route.js';
import { type EventParameter, eventParametersOf } from './webhook-event.decorator.js';
import { checkWebhook, type WebhookDefinition, Webhooks } from './webhook-options.js';

/** A method that `@Webhook` was put on. */
export interface WebhookMethod {
  readonly webhook: WebhookDefinition;
  /** `Class.method()`, for messages. */
  readonly where: string;
  readonly handler: () => unknown;
  /** Where it takes its `@WebhookEvent()`. */
  readonly parameters: readonly EventParameter[];
  /** What it is a method of; undefined if there is one for each request. */
  readonly instance: unknown;
}

/** The webhooks of the application, checked when it starts rather than when they are called. */
@Injectable()
export class WebhookCatalog implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly host: HttpAdapterHost,
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** @throws RealtimeConfigurationError naming the class, the method and the remedy */
  onModuleInit(): void {
    const byName = new Map<string, string>();
    for (const { webhook, where } of this.methods()) {
      checkWebhook(where, { publicUrl: this.options.publicUrl, ...webhook });
      checkSecret(where, webhook);
      this.checkAdapter(where);
      const other = byName.get(webhook.name);
      if (other !== undefined) {
        throw new RealtimeConfigurationError(
          `${other} and ${where} are both the webhook "${webhook.name}": give one of them another name.`,
        );
      }
      byName.set(webhook.name, where);
    }
  }

  methods(): WebhookMethod[] {
    // A controller may be in several modules.
    const wrappers = new Map(this.discovery.getControllers().map((wrapper) => [wrapper.metatype, wrapper]));
    return [...wrappers].flatMap(([metatype, wrapper]) => {
      const prototype = (metatype?.prototype ?? {}) as Record<string, () => unknown>;
      return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
        const handler = prototype[method]!;
        const webhook = this.reflector.get(Webhooks, handler);
        if (!webhook || isHandshakeRoute(handler)) return [];
        const where = `${metatype!.name}.${method}()`;
        const parameters = eventParametersOf(metatype!, method);
        const instance: unknown = wrapper.isDependencyTreeStatic() ? wrapper.instance : undefined;
        return [{ webhook, where, handler, parameters, instance }];
      });
    });
  }

  private checkAdapter(where: string): void {
    const type = this.host.httpAdapter?.getType();
    if (type && type !== 'express' && type !== 'fastify') {
      throw new RealtimeConfigurationError(
        `${where}: webhooks need the raw body, which is read on Express and Fastify only, not on "${type}".`,
      );
    }
  }
}

function checkSecret(where: string, { scheme }: WebhookDefinition): void {
  if (typeof scheme.secret === 'function') return;
  try {
    verificationKeys(scheme, scheme.secret);
  } catch (error) {
    throw new RealtimeConfigurationError(`${where}: the secret ${(error as Error).message}.`);
  }
}
