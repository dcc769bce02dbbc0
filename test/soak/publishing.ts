import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { say } from '../support/say.js';
import { type Assignment, CLAIM_MS, claimOf, draftOf, PAIR, type Said } from './assignment.js';

/** Publishes, writes records and settles claims as fast as it can, and says what was acknowledged. */
const { path, round, publishers, retention, skewMs } = JSON.parse(process.argv[2]!) as Assignment;
const engine = lmdbEngine({ path, now: () => Date.now() + skewMs });
const acknowledged = (said: Said) => say(said);

await engine.start(retention);
acknowledged({ is: 'open' });
for (let publisher = 0; publisher < publishers; publisher++) void publish(publisher);
void write();
void settle();

async function publish(publisher: number): Promise<never> {
  for (let number = 1; ; number++) {
    const padding = 'x'.repeat((publisher * 131 + number * 977) % 3_000);
    const { id } = await engine.publish(draftOf({ round, publisher, number, padding }));
    acknowledged({ is: 'published', publisher, number, id });
  }
}

async function write(): Promise<never> {
  for (let number = 1; ; number++) {
    await engine.records.write(PAIR.map((key) => ({ key, value: `${round}/${number}` })));
    acknowledged({ is: 'written', number });
  }
}

async function settle(): Promise<never> {
  for (let number = 1; ; number++) {
    await engine.claims.claim(claimOf(round, number), 'soak', CLAIM_MS);
    await engine.claims.settle(claimOf(round, number), CLAIM_MS);
    acknowledged({ is: 'settled', number });
  }
}
