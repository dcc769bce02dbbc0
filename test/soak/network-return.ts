import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRealtimeClient, type RealtimeClientOptions, type TransportName } from 'nestjs-realtime-client';
import { startServer } from '../client/network-kit.js';
import { HostileProxy } from '../support/hostile-proxy.js';
import { Inbox } from '../support/inbox.js';

/**
 * How long after the network's return a client, with its default timing, is told the first event that it missed: by
 * each transport, after outages in which connections break and new ones are refused.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    outages: { type: 'string', default: '200,2000,10000' },
  },
});
const TOPIC = 'orders/1';
const TRANSPORTS: readonly TransportName[] = ['websocket', 'sse', 'long-poll', 'short-poll'];
const WAYS: readonly (readonly TransportName[])[] = [...TRANSPORTS.map((name) => [name]), TRANSPORTS];

await using app = await startServer({ sse: {}, shortPoll: {}, shutdown: { timeoutMs: 100 } });
console.log('From the return of the network to the first event, in ms: smallest, median, largest');
for (const outage of values.outages.split(',').map(Number)) {
  console.log(`\nafter ${outage} ms without it`);
  const measured = await Promise.all(WAYS.map((transports) => measure(transports, outage)));
  for (const [index, times] of measured.entries()) {
    const name = WAYS[index]!.length > 1 ? 'whatever works' : WAYS[index]![0]!;
    console.log(`  ${name.padEnd(16)}${figures(times)}`);
  }
}

async function measure(transports: readonly TransportName[], outageMs: number): Promise<number[]> {
  await using proxy = await HostileProxy.start(() => app.port);
  const options: RealtimeClientOptions = { url: proxy.url, transports };
  const client = createRealtimeClient(options);
  const heard = new Inbox<unknown>();
  const live = new Promise<void>((resolve) => {
    client.onState(({ name }) => name === 'live' && resolve());
  });
  const topic = `${TOPIC}/${transports.join('-')}`;
  client.subscribe(topic, { onEvent: ({ data }) => heard.push(data) });
  await live;
  const times: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    await app.bus.publish(topic, 'before');
    await heard.next();
    proxy.down();
    await app.bus.publish(topic, 'meanwhile');
    await wait(outageMs);
    const returned = performance.now();
    proxy.up();
    await heard.next();
    times.push(performance.now() - returned);
  }
  client.close();
  return times;
}

function figures(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const three = [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
  return three.map((ms) => String(Math.round(ms)).padStart(8)).join('');
}
