import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import { RealtimeBus, topic } from 'nestjs-realtime';
import { Guests } from '../guests/guests.js';
import { tokenOf } from '../guests/token-of.js';
import { type Way, wayOf } from './way.js';

/** Who is told things on a connection, and how. */
interface Use {
  readonly company: string;
  readonly way: Way;
}

/** The guests' network, which can block ways as proxies and firewalls do. Each company of guests has its own. */
@Injectable()
export class Network {
  private readonly blockades = new Map<string, readonly Way[]>();
  private readonly uses = new Map<Socket, Use>();

  constructor(
    private readonly bus: RealtimeBus,
    private readonly guests: Guests,
  ) {}

  /** The ways that are blocked. */
  blocked(company: string): readonly Way[] {
    return this.blockades.get(company) ?? [];
  }

  /** Blocks these ways and no others, for connections that are open as well. */
  async block(company: string, ways: readonly Way[]): Promise<void> {
    if (ways.length > 0) this.blockades.set(company, ways);
    else this.blockades.delete(company);
    for (const [socket, use] of this.uses) if (this.blocks(use)) socket.destroy();
    await this.bus.publish(topic('network', company), ways, { type: 'network.changed' });
  }

  /** Whether a request passes. What is asked at the window passes always. */
  admits(request: IncomingMessage): boolean {
    const { socket } = request;
    const use = this.useOf(request);
    if (!use) return true;
    if (this.blocks(use)) return false;
    if (!this.uses.has(socket)) socket.once('close', () => this.uses.delete(socket));
    // A browser uses it again for another request once this one was answered.
    this.uses.set(socket, use);
    return true;
  }

  private useOf(request: IncomingMessage): Use | undefined {
    const way = wayOf(request);
    if (!way) return undefined;
    const guest = this.guests.known(tokenOf(request));
    return guest?.place === 'table' ? { company: guest.company, way } : undefined;
  }

  private blocks({ company, way }: Use): boolean {
    return this.blocked(company).includes(way);
  }
}
