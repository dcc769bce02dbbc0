import type { AddressInfo } from 'node:net';
import type { INestApplication, ModuleMetadata, NestApplicationOptions } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { RealtimeBus, RealtimeModule, type RealtimeOptions } from 'nestjs-realtime';

export const ADAPTERS = ['express', 'fastify'] as const;
export type AdapterName = (typeof ADAPTERS)[number];

export interface AppOptions extends ModuleMetadata {
  readonly adapter?: AdapterName;
  /** Instead of `adapter`. */
  readonly httpAdapter?: AbstractHttpAdapter;
  readonly realtime?: RealtimeOptions;
  /** Options of the application, `rawBody` for one. */
  readonly application?: NestApplicationOptions;
  /** Called before the application starts to listen. */
  readonly configure?: (app: INestApplication) => void | Promise<void>;
}

/** A running application on a free port. `await using` closes it. */
export interface RunningApp extends AsyncDisposable {
  readonly nest: INestApplication;
  readonly bus: RealtimeBus;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an application with the RealtimeModule, on Express unless told otherwise. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const {
    adapter = 'express',
    httpAdapter,
    realtime,
    application,
    configure,
    imports = [],
    ...metadata
  } = options;
  const module = await Test.createTestingModule({
    ...metadata,
    imports: [RealtimeModule.forRoot(realtime), ...imports],
  }).compile();
  const byName = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const nest = module.createNestApplication(httpAdapter ?? byName, { logger: false, ...application });
  await configure?.(nest);
  await nest.listen(0, '127.0.0.1');
  const { port } = nest.getHttpServer().address() as AddressInfo;
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= nest.close());
  return {
    nest,
    bus: nest.get(RealtimeBus),
    port,
    url: `http://127.0.0.1:${port}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}
