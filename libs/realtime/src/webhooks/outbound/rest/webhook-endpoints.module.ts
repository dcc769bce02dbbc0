import {
  type CanActivate,
  Controller,
  type DynamicModule,
  Module,
  type ModuleMetadata,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { type OwnerOf, ownerGuard } from './endpoint-owner.js';
import { ENDPOINT_RULES, type EndpointRules, EndpointsController } from './endpoints.controller.js';

export interface WebhookEndpointsModuleOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Default: `webhook-endpoints`. */
  readonly path?: string;
  /** Guards before all routes, in this order; what they inject comes from `imports`. Global guards apply as well. */
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  /** Whose request it is, asked after the guards. Whoever is nobody gets a 403. */
  readonly ownerOf: OwnerOf;
  /**
   * Whether an owner may hear the topics of a pattern. Asked when an endpoint is created and when its topics
   * change, not when events are sent: a right that is taken back is an endpoint to be removed.
   */
  readonly allowsTopic: EndpointRules['allowsTopic'];
  /** Endpoints per owner. Default: 20. */
  readonly maxPerOwner?: number;
}

/**
 * Routes with which the customers of a product look after their webhook endpoints. Each sees its own and no
 * others, and hears the topics that it is allowed to and no others.
 *
 * @example
 * WebhookEndpointsModule.register({
 *   guards: [AuthGuard],
 *   ownerOf: (context) => context.switchToHttp().getRequest().user?.tenant,
 *   allowsTopic: (owner, pattern) => pattern.startsWith(`tenants/${owner}/`),
 * })
 */
@Module({})
export class WebhookEndpointsModule {
  static register({
    imports = [],
    path = 'webhook-endpoints',
    guards,
    ownerOf,
    allowsTopic,
    maxPerOwner = 20,
  }: WebhookEndpointsModuleOptions): DynamicModule {
    const controller = class extends EndpointsController {};
    Controller(path)(controller);
    UseGuards(...guards, ownerGuard(ownerOf))(controller);
    const rules: EndpointRules = { allowsTopic, maxPerOwner };
    return {
      module: WebhookEndpointsModule,
      imports,
      controllers: [controller],
      providers: [{ provide: ENDPOINT_RULES, useValue: rules }],
    };
  }
}
