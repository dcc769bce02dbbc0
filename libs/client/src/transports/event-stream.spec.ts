import { describe, expect, it } from '@jest/globals';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { EventStreamParser, type StreamBlock } from './event-stream.js';

type Line = readonly [text: string, end: string];

const NO_DATA: Line = ['data: none, says the test', '\n'];

const eol = fc.constantFrom('\n', '\r', '\r\n');
const text = fc
  .tuple(
    fc.constantFrom('data', 'event', 'id', 'retry', 'Data', 'data ', ' data', 'other', ''),
    fc.constantFrom(':', ': ', ':  ', ''),
    fc.string({ unit: fc.constantFrom('a', 'é', '😀', ':', ' ', '\0', '\uFEFF', '7'), maxLength: 5 }),
  )
  .map((parts) => parts.join(''))
  .filter((line) => line !== '');
const block: fc.Arbitrary<Line[]> = fc
  .tuple(fc.array(fc.tuple(text, eol), { maxLength: 4 }), eol)
  .map(([lines, end]): Line[] => [...lines, ['', end]]);
const stream = fc.tuple(fc.constantFrom('', '\uFEFF'), fc.array(block));
const cuts = fc.array(fc.nat(7), { minLength: 1 });

function write(mark: string, blocks: readonly (readonly Line[])[]): string {
  const written = blocks.flat().reduce((before, [line, end]) => {
    const isHalf = line === '' && end === '\n' && before.endsWith('\r');
    return before + line + (isHalf ? '\r\n' : end);
  }, mark);
  // The last CR could be half of a CRLF.
  return `${written}\n`;
}

/** As the network gives it. */
function parse(text: string, sizes: readonly number[]): StreamBlock[] {
  const blocks: StreamBlock[] = [];
  const parser = new EventStreamParser((one) => blocks.push(one));
  const decoder = new TextDecoder();
  const bytes = new TextEncoder().encode(text);
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + 1 + sizes[turn % sizes.length]!;
    parser.feed(decoder.decode(bytes.subarray(at, end), { stream: true }));
    at = end;
  }
  return blocks;
}

/** What somebody else's parser makes of it. It says nothing of blocks without data, so they are given some. */
function oracle(mark: string, blocks: readonly (readonly Line[])[]): StreamBlock[] {
  const heard: StreamBlock[] = [];
  const { feed } = createParser({
    onEvent: ({ id, event, data }) => {
      heard.push({ id, event: event || 'message', data: NO_DATA[0].endsWith(` ${data}`) ? undefined : data });
    },
  });
  const given = blocks.map((lines) => {
    // Where an id has a NUL the field is to be ignored; the other parser forgets the one before as well.
    const kept = lines.filter(([line]) => !/^id:.*\0/.test(line));
    const [hasData, hasId] = [/^data(:|$)/, /^id(:|$)/].map((field) =>
      kept.some(([line]) => field.test(line)),
    );
    return hasId && !hasData ? [NO_DATA, ...kept] : kept;
  });
  feed(new TextDecoder().decode(new TextEncoder().encode(write(mark, given))));
  return heard;
}

/** The other parser is of two minds about an empty id. */
function withoutEmptyId({ id, ...rest }: StreamBlock): StreamBlock {
  return { id: id || undefined, ...rest };
}

describe('the parser of event streams', () => {
  it('reads what another reads, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(stream, cuts, ([mark, blocks], sizes) => {
        const read = parse(write(mark, blocks), sizes).map(withoutEmptyId);
        expect(read).toEqual(oracle(mark, blocks).map(withoutEmptyId));
      }),
      { numRuns: 2_000 },
    );
  });

  it('passes on ids without data: heartbeats', () => {
    expect(parse('id: a-1-0\n\n: comment\n\nid: a-2-0\ndata: {}\n\n', [3])).toEqual([
      { id: 'a-1-0', event: 'message', data: undefined },
      { id: 'a-2-0', event: 'message', data: '{}' },
    ]);
  });

  it('forgets a block that was not ended', () => {
    expect(parse('data: 1\n\ndata: 2\n', [100])).toEqual([{ id: undefined, event: 'message', data: '1' }]);
  });
});
