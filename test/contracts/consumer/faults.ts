import { describe, expect, it } from '@jest/globals';
import { handlerOf, Runs } from '../../consumers/handlers.js';
import type { StorageOperation } from '../../consumers/troubled-engine.js';
import { turns } from '../../support/turns.js';
import type { ConsumingApp, OpenShop } from './consumer-kit.js';

/** Has an operation fail until the function that is returned is called. @returns also how often it was tried */
function breaks(app: ConsumingApp, broken: StorageOperation): { heal(): void; tried(): number } {
  let tried = 0;
  app.engine.before = (operation) => {
    if (operation !== broken) return;
    tried++;
    throw new Error('The disk is full.');
  };
  return { heal: () => void (app.engine.before = () => {}), tried: () => tried };
}

/** Shutdowns, and storage that fails. */
export function faults(open: OpenShop): void {
  describe('faults', () => {
    it('a shutdown waits for what is under way, and begins nothing', async () => {
      const shop = await open({ shutdown: { timeoutMs: 60_000 } });
      const first = await shop.startBilling({ concurrency: 1 });
      await first.publish('a', 'b');
      const run = await first.runs.next();
      const closing = first.close();
      run.end();
      await closing;
      expect([run.attempt.signal.aborted, first.runs.size]).toEqual([false, 0]);
      const second = await shop.startBilling({ concurrency: 1 });
      expect(await second.runs.endNext()).toEqual(['b']);
    });

    it('what fails during a shutdown is attempted again, as if it had not been', async () => {
      const shop = await open({ shutdown: { timeoutMs: 60_000 } });
      const first = await shop.startBilling({ retries: [] });
      const [event] = await first.publish('a');
      const run = await first.runs.next();
      const closing = first.close();
      // By then it has heard of it.
      await turns(20);
      run.fail(new Error('The database is closed.'));
      await closing;
      const second = await shop.startBilling({ retries: [] });
      const again = await second.runs.next();
      expect([again.event, again.attempt.number]).toEqual([event, 1]);
      again.end();
      expect(await second.consumers.deadLetters('billing')).toEqual([]);
    });

    it('while its progress cannot be written, it neither goes on nor forgets; then it goes on', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 2 });
      await app.publish('a', 'b', 'c', 'd');
      const runs = await app.runs.take(2);
      const [before] = await app.consumers.list();
      const { heal, tried } = breaks(app, 'records.write');
      for (const run of runs) run.end();
      expect(await app.log.next('cannot write')).toBe('billing cannot write down how far it has got.');
      while (tried() < 2) await turns();
      expect(app.runs.size).toBe(0);
      expect(await app.consumers.list()).toEqual([{ ...before, inFlight: 2 }]);
      heal();
      expect(await app.runs.endNext(2)).toEqual(['c', 'd']);
      app.log.warn('sentinel');
      // Said once, however often it was tried.
      expect(await app.log.lines.until((line) => line === 'sentinel')).toEqual(['sentinel']);
    });

    it('what was done and could not be written is done again after a crash', async () => {
      const shop = await open();
      const first = await shop.startBilling({ concurrency: 2, retries: [3_600_000] });
      const events = await first.publish('a', 'b', 'c');
      breaks(first, 'records.write');
      const [a, b] = await first.runs.take(2);
      a!.end();
      b!.fail();
      await first.log.next('billing cannot write');
      await first.kill();
      const second = await shop.startBilling({ concurrency: 3 });
      const again = await second.runs.take(3);
      expect(again.map(({ event }) => event)).toEqual(events);
    });

    it('a shutdown does not wait for storage that fails', async () => {
      const shop = await open({ shutdown: { timeoutMs: 1 } });
      const app = await shop.startBilling();
      await app.publish('a');
      const run = await app.runs.next();
      breaks(app, 'records.write');
      run.end();
      await app.close();
      const again = await shop.startBilling();
      expect(await again.runs.endNext()).toEqual(['a']);
    });

    it('while the journal cannot be read it waits, and then misses nothing', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 1 });
      const { heal } = breaks(app, 'journal.read');
      await app.publish('a', 'b');
      const said = await app.log.next('cannot');
      expect(said).toMatch(/^The journal cannot be read|^The durable consumer "billing" cannot read on/);
      heal();
      expect(await app.runs.endNext(2)).toEqual(['a', 'b']);
    });

    it('nor does a consumer in the middle of it', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 1 });
      await app.publish(...Array.from({ length: 65 }, (_, index) => index));
      await app.runs.endNext(10);
      const { heal, tried } = breaks(app, 'journal.read');
      await app.runs.endNext(54);
      const last = app.runs.endNext();
      while (tried() < 1) await turns();
      heal();
      expect(await last).toEqual([64]);
    });

    it('retries that cannot be listed are found later', async () => {
      const shop = await open();
      const first = await shop.startBilling({ retries: [1] });
      const news = first.news();
      await first.publish('a');
      const run = await first.runs.next();
      await first.consumers.pause('billing');
      run.fail();
      await news.until(({ type }) => type === 'consumer.failed');
      await first.close();
      const second = await shop.startBilling({ retries: [1] });
      const { heal } = breaks(second, 'records.list');
      await second.consumers.resume('billing');
      expect(await second.log.next('cannot read on')).toBe('The durable consumer "billing" cannot read on.');
      heal();
      const again = await second.runs.next();
      expect([again.event.data, again.attempt.number]).toEqual(['a', 2]);
      again.end();
    });

    it('a journal that cannot be trimmed is said once, and holds up nobody', async () => {
      const shop = await open();
      const runs = new Runs();
      const app = await shop.start(handlerOf('orders/**', { durable: 'billing' }, runs.handle));
      const { tried } = breaks(app, 'journal.release');
      while (tried() < 3) await turns();
      await app.publish('a');
      expect(await runs.endNext()).toEqual(['a']);
      const said = app.log.lines.drain().filter((line) => line.includes('trimmed'));
      expect(said).toEqual(['The journal cannot be trimmed.']);
    });
  });
}
