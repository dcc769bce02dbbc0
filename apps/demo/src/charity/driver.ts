import { createHmac, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { KEY } from './secret.js';

/** What went over the wire when a driver called. */
export interface DriversCall {
  readonly id: string;
  readonly signature: string;
  /** The status of the answer. */
  readonly answer: number;
}

/** Calls the restaurant as a charity would: over HTTP, knowing nothing of it but its address and the key. */
@Injectable()
export class Driver {
  constructor(private readonly host: HttpAdapterHost) {}

  async call(order: string, { impostor }: { impostor: boolean }): Promise<DriversCall> {
    const id = `msg_${randomUUID()}`;
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const driver = impostor ? 'Mallory' : 'Ada';
    const body = JSON.stringify({ type: 'leftovers.fetched', data: { order, driver } });
    const signature = sign(`${id}.${timestamp}.${body}`, impostor ? 'a guess' : KEY);
    const response = await fetch(`${this.address()}/webhooks/charity`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature,
      },
      body,
    });
    await response.text();
    return { id, signature, answer: response.status };
  }

  private address(): string {
    const { port } = this.host.httpAdapter.getHttpServer().address() as AddressInfo;
    return `http://localhost:${port}`;
  }
}

function sign(content: string, key: string): string {
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
