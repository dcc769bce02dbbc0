import { createHmac, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** What went over the wire when somebody called who is not the charity. */
export interface ForgedCall {
  readonly id: string;
  readonly signature: string;
  /** The status of the answer. */
  readonly answer: number;
}

/** Knows everything about the restaurant's webhook but the secret. */
@Injectable()
export class Impostor {
  constructor(private readonly host: HttpAdapterHost) {}

  async call(order: string): Promise<ForgedCall> {
    const id = `msg_${randomUUID()}`;
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const body = JSON.stringify({ type: 'leftovers.fetched', data: { order, driver: 'Mallory' } });
    const content = `${id}.${timestamp}.${body}`;
    const signature = `v1,${createHmac('sha256', 'a guess').update(content).digest('base64')}`;
    const { port } = this.host.httpAdapter.getHttpServer().address() as AddressInfo;
    const response = await fetch(`http://localhost:${port}/webhooks/charity`, {
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
}
