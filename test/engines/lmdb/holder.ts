import { once } from 'node:events';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { say } from '../../support/say.js';
import { UNLIMITED } from '../../support/unlimited.js';

/** Opens the log at the path it is given, says how that went, and keeps it open until its input ends. */
const [path] = process.argv.slice(2);
try {
  const engine = lmdbEngine({ path: path! });
  await engine.start(UNLIMITED);
  say('open');
  await once(process.stdin.resume(), 'end');
  await engine.stop();
} catch (error) {
  say(String(error));
}
