import type { AddressInfo, Server } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InTurn } from '../in-turn.js';
import { Books } from './books.js';
import { CharityModule } from './charity.module.js';

const HOST = '127.0.0.1';

/**
 * The charity: a server of its own, which can be closed and opened again. Closed it is gone: its port refuses
 * connections, and what it knows is on disk.
 */
export class CharityServer {
  private readonly inTurn = new InTurn();
  private app: INestApplication | undefined;
  private port = 0;

  /** @param path where it keeps its books */
  constructor(private readonly path: string) {}

  get isOpen(): boolean {
    return this.app !== undefined;
  }

  get address(): string {
    return `http://${HOST}:${this.port}`;
  }

  /** Opens, at the address where it was before, if it was. */
  open(): Promise<void> {
    return this.inTurn.run(async () => {
      if (this.app) return;
      const app = await NestFactory.create(CharityModule.keepingBooksIn(this.path), {
        abortOnError: false,
      });
      app.enableShutdownHooks();
      await app.listen(this.port, HOST);
      const server: Server = app.getHttpServer();
      this.port = (server.address() as AddressInfo).port;
      this.app = app;
    });
  }

  close(): Promise<void> {
    return this.inTurn.run(async () => {
      await this.app?.close();
      this.app = undefined;
    });
  }

  /** Says where it reports what it has fetched. It remembers that. */
  async reportTo(url: string): Promise<void> {
    await this.app?.get(Books).reportTo(url);
  }
}
