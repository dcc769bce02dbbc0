import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Consumer } from './consumer.js';
import { Installation } from './installation.js';
import { ENTRIES } from './libraries.js';

let installation: Installation;
let consumer: Consumer;
let values: Record<string, string[]>;

beforeAll(async () => {
  installation = await Installation.create();
  const { stdout } = await installation.runScript('import-all.mjs', 'reflect-metadata', ENTRIES.join());
  values = (JSON.parse(stdout) as { names: typeof values }).names;
  consumer = new Consumer(installation.folder, '');
}, 60_000);

afterAll(() => installation?.dispose());

/** To change the list on purpose: `npm run names`, then read the difference. */
describe.each(ENTRIES)('the public names of %s', (entry) => {
  it('are these', () => {
    const lines = [...consumer.names(entry)].map(([name, kind]) =>
      values[entry]!.includes(name) ? `${kind} ${name}` : `type ${name}`,
    );
    expect(lines.toSorted().join('\n')).toMatchSnapshot();
  });

  it('are all typed', () => {
    expect([...consumer.names(entry).keys()]).toEqual(expect.arrayContaining(values[entry]!));
  });
});
