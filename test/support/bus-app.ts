import { afterEach } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { RealtimeBus, RealtimeModule, type RealtimeOptions, type TopicEvent } from 'nestjs-realtime';
import { Feeds } from '../../libs/realtime/src/bus/feeds.js';

export interface BusApp {
  readonly bus: RealtimeBus;
  /** How many sets of topics are read, besides what the library reads for itself. */
  feeds(): number;
}

const started: TestingModule[] = [];

afterEach(async () => {
  for (const app of started.splice(0)) await app.close();
});

/** An application with nothing but the bus; closed after the test. */
export async function busApp(options: RealtimeOptions = {}): Promise<BusApp> {
  const app = await Test.createTestingModule({ imports: [RealtimeModule.forRoot(options)] }).compile();
  await app.init();
  started.push(app);
  const feeds = app.get(Feeds);
  const own = feeds.size;
  return { bus: app.get(RealtimeBus), feeds: () => feeds.size - own };
}

export function dataOf(events: readonly TopicEvent[]): unknown[] {
  return events.map(({ data }) => data);
}
