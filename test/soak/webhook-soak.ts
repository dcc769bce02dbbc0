import assert from 'node:assert/strict';
import { Webhook as Verifier } from 'standardwebhooks';
import { signWebhook } from 'nestjs-realtime/testing';
import { Program } from '../support/program.js';
import { turns } from '../support/turns.js';
import type { ConsumerDeath } from './consumer-soak.js';
import { Deliveries } from './deliveries.js';
import { type ReadEvent, Receiver } from './receiver.js';
import { Senders, type Sent } from './senders.js';
import { ENDPOINT_WINDOW, SCHEME, SECRET, type ServingAssignment, WINDOW } from './serving-assignment.js';

/** Clients of each kind. */
const CLIENTS = 4;

const readDelivery: ReadEvent = (body, headers) => {
  const { data } = new Verifier(SECRET).verify(body, headers as Record<string, string>) as { data: number };
  return { id: String(headers['webhook-id']), number: data };
};

export interface WebhookSoakReport {
  readonly kills: number;
  /** Of each way: what the application answered with 2xx, what came and what of it again. */
  readonly out: WayReport;
  readonly in: WayReport;
}

export interface WayReport {
  readonly accepted: number;
  readonly received: number;
  readonly repeats: number;
}

/**
 * An application with a webhook endpoint and a webhook that is acknowledged when it is accepted, in one process
 * after the other, each of which is killed. Clients publish to its hub, which goes out by webhook, and send it
 * webhooks, which are handled. Nothing that was answered with a 2xx may be lost.
 */
export class WebhookSoak implements AsyncDisposable {
  private kills = 0;
  /** Called each time an event was accepted. */
  private onAccepted = () => {};
  private readonly publishers: Senders;
  private readonly callers: Senders;

  private constructor(
    private readonly path: string,
    private readonly out: Deliveries,
    private readonly in_: Deliveries,
  ) {
    const sendersOf = (deliveries: Deliveries) =>
      new Senders(CLIENTS, (event) => {
        deliveries.accept(event);
        this.onAccepted();
      });
    this.publishers = sendersOf(out);
    this.callers = sendersOf(in_);
  }

  static async open(path: string): Promise<WebhookSoak> {
    const [out, in_] = await Promise.all([Receiver.listen(readDelivery), Receiver.listen()]);
    return new WebhookSoak(path, new Deliveries(out, ENDPOINT_WINDOW), new Deliveries(in_, WINDOW));
  }

  get report(): WebhookSoakReport {
    return { kills: this.kills, out: reportOf(this.out), in: reportOf(this.in_) };
  }

  /** Lets an application serve, and kills it. */
  async play(death: ConsumerDeath): Promise<void> {
    const program = this.start();
    const url = await program.next<string>();
    const due = this.reach(death);
    const sent = Promise.all([
      this.publishers.run((number) => publish(url, number)),
      this.callers.run((number) => call(url, number)),
    ]);
    await Promise.race([due, sent]);
    if (death.at !== 'answer') await turns(death.turns);
    await program.kill();
    await sent;
    this.kills++;
    for (const way of [this.out, this.in_]) way.check(this.kills);
  }

  /** Lets an application send what is left. Fails unless that is everything. */
  async finish(): Promise<void> {
    const program = this.start();
    await program.next<string>();
    // Its end, if it comes first, is an error.
    const ended = program.next();
    await Promise.race([Promise.all([this.out.complete(), this.in_.complete()]), ended]);
    await Promise.allSettled([program.kill(), ended]);
    for (const way of [this.out, this.in_]) way.check(this.kills);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { receiver } of [this.out, this.in_]) await receiver[Symbol.asyncDispose]();
  }

  private start(): Program {
    const [deliverTo, handTo] = [this.out.receiver.url, this.in_.receiver.url];
    const assignment: ServingAssignment = { path: this.path, deliverTo, handTo };
    return Program.start('serving.ts', import.meta.url, { words: [JSON.stringify(assignment)] });
  }

  /** Resolves where the process is to be killed. Both ways come there. */
  private reach({ at, count }: ConsumerDeath): Promise<unknown> {
    if (at !== 'append') return Promise.race([this.out.answers(count), this.in_.answers(count)]);
    let left = count;
    return new Promise<void>((resolve) => {
      this.onAccepted = () => {
        if (--left === 0) resolve();
      };
    });
  }
}

async function publish(url: string, number: number): Promise<Sent> {
  const body = JSON.stringify({ topic: `orders/${number % 5}`, data: number });
  const answer = await post(`${url}/realtime/events`, body, { 'idempotency-key': `event-${number}` });
  if (!answer) return 'gone';
  assert.equal(answer.status, 201, answer.text);
  return JSON.parse(answer.text) as { id: string };
}

async function call(url: string, number: number): Promise<Sent> {
  const id = `msg_${number}`;
  const body = JSON.stringify({ number });
  const answer = await post(`${url}/hooks/courier`, body, signWebhook(SCHEME, body, { id }));
  if (!answer) return 'gone';
  // An application that was killed over it has it claimed still.
  if (answer.status === 409) return 'refused';
  assert.ok([200, 202].includes(answer.status), `${answer.status} ${answer.text}`);
  return { id };
}

/** @returns undefined where the application is gone */
async function post(url: string, body: string, headers: Readonly<Record<string, string>>) {
  try {
    const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body };
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}

function reportOf({ count, receiver }: Deliveries): WayReport {
  return { accepted: count, received: receiver.count, repeats: receiver.repeats };
}
