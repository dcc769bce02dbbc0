import { cell, list, table, verdictTable } from './markdown.js';
import { median } from './statistics.js';

/**
 * @typedef {import('./contestant.js').Contestant} Contestant
 * @typedef {{ ours: string, theirs: string, atLeast?: number }} Ratio names of contenders, and what was promised
 */

/**
 * @param {Contestant[]} contestants
 * @param {[one: string, many: string]} unit of what is done
 * @param {Ratio[]} ratios of how much is done per second
 * @param {string[]} conditions one line each
 * @returns {string} Markdown
 */
export function throughputReport(contestants, [unit, units], ratios, conditions) {
  const heads = ['', `${units} per second`, `CPU µs per ${unit}`, 'CPU µs of Redis'];
  const rows = contestants.map(({ contender, samples }) => [
    contender.label,
    cell(
      samples.map(({ perSecond }) => perSecond),
      0,
    ),
    cell(
      samples.map(({ cpuMicros }) => cpuMicros),
      1,
    ),
    cell(
      samples.flatMap(({ redisMicros }) => redisMicros ?? []),
      1,
    ),
  ]);
  const columns = contestants.some(({ redis }) => redis) ? 4 : 3;
  const results = table(
    heads.slice(0, columns),
    rows.map((row) => row.slice(0, columns)),
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
function verdictOf({ ours, theirs, atLeast }, contestants) {
  const [mine, other] = [ours, theirs].map((name) =>
    contestants.find(({ contender }) => contender.name === name),
  );
  if (!mine || !other) return [];
  const ratios = mine.samples.map(({ perSecond }, round) => perSecond / other.samples[round].perSecond);
  const met = atLeast === undefined || median(ratios) >= atLeast;
  const text = `${mine.contender.label} over ${other.contender.label}`;
  const limit = atLeast === undefined ? '' : `≥ ${atLeast}`;
  return [{ text, limit, values: [{ label: '', text: cell(ratios, 2), met }] }];
}
