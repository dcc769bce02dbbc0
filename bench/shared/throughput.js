import { cell, list, table, verdictTable } from './markdown.js';
import { median } from './statistics.js';

/**
 * @typedef {import('./contestant.js').Contestant} Contestant
 * @typedef {import('./contestant.js').Sample} Sample
 * @typedef {{ ours: string, theirs: string, atLeast?: number, whole?: boolean }} Ratio
 *   names of contenders, and what was promised; `whole`: laying ready what is done counts too
 */

/**
 * @param {Contestant[]} contestants
 * @param {[one: string, many: string]} unit of what is done
 * @param {Ratio[]} ratios of how much is done per second
 * @param {string[]} conditions one line each
 * @returns {string} Markdown
 */
export function throughputReport(contestants, [unit, units], ratios, conditions) {
  /** @type {[head: string, digits: number, value: (sample: Sample) => number | undefined][]} */
  const columns = [
    [`${units} per second`, 0, ({ perSecond }) => perSecond],
    ['published as well, per second', 0, ({ wholePerSecond }) => wholePerSecond],
    [`CPU µs per ${unit}`, 1, ({ cpuMicros }) => cpuMicros],
    ['CPU µs of Redis', 1, ({ redisMicros }) => redisMicros],
  ];
  const all = contestants.flatMap(({ samples }) => samples);
  const used = columns.filter(([, , value]) => all.some((sample) => value(sample) !== undefined));
  const results = table(
    ['', ...used.map(([head]) => head)],
    contestants.map(({ contender, samples }) => [
      contender.label,
      ...used.map(([, digits, value]) =>
        cell(
          samples.flatMap((sample) => value(sample) ?? []),
          digits,
        ),
      ),
    ]),
  );
  const verdicts = ratios.flatMap((ratio) => verdictOf(ratio, contestants));
  return [...list(conditions), ...results, ...verdictTable(verdicts)].join('\n');
}

/**
 * Of samples of the same round, for these met the same machine.
 * @param {Ratio} ratio
 * @param {Contestant[]} contestants
 * @returns {import('./markdown.js').Verdict[]}
 */
function verdictOf({ ours, theirs, atLeast, whole = false }, contestants) {
  const [mine, other] = [ours, theirs].map((name) =>
    contestants.find(({ contender }) => contender.name === name),
  );
  if (!mine || !other) return [];
  const rate = (/** @type {Sample} */ { perSecond, wholePerSecond = perSecond }) =>
    whole ? wholePerSecond : perSecond;
  const ratios = mine.samples.map((sample, round) => rate(sample) / rate(other.samples[round]));
  const met = atLeast === undefined || median(ratios) >= atLeast;
  const text = `${mine.contender.label} over ${other.contender.label}${whole ? ', publishing included' : ''}`;
  const limit = atLeast === undefined ? '' : `≥ ${atLeast}`;
  return [{ text, limit, values: [{ label: '', text: cell(ratios, 2), met }] }];
}
