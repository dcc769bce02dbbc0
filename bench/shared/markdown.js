import { median } from './statistics.js';

/** @typedef {{ text: string, limit: string, values: { label: string, text: string, met: boolean }[] }} Verdict */

/** @param {string[]} lines */
export function list(lines) {
  return [...lines.map((line) => `- ${line}`), ''];
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function table(head, rows) {
  return [row(head), row(head.map(() => '---')), ...rows.map(row), ''];
}

/**
 * What was promised, and whether it is so.
 * @param {Verdict[]} verdicts
 */
export function verdictTable(verdicts) {
  if (verdicts.length === 0) return [];
  return [
    '### Ratios and targets',
    '',
    ...table(
      ['ratio', 'target', 'measured', ''],
      verdicts.map(({ text, limit, values }) => [
        text,
        limit,
        values
          .map(({ label, text, met }) => `${label && `${label}: `}${text}${met ? '' : ' ✗'}`)
          .join('<br>'),
        limit && outcome(values.filter(({ met }) => !met).length, values.length),
      ]),
    ),
  ];
}

/**
 * Median, and the range of all samples; nothing if there are none.
 * @param {number[]} values
 * @param {number} digits
 */
export function cell(values, digits) {
  if (values.length === 0) return '';
  const [middle, least, most] = spread(values).map((value) =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  return values.length === 1 ? `**${middle}**` : `**${middle}** (${least}–${most})`;
}

/** @param {number[]} values */
function spread(values) {
  return [median(values), Math.min(...values), Math.max(...values)];
}

/** @param {string[]} cells */
function row(cells) {
  return `| ${cells.join(' | ')} |`;
}

/**
 * @param {number} missed
 * @param {number} all
 */
function outcome(missed, all) {
  if (missed === 0) return 'met';
  return missed === all ? '**not met**' : '**partly**';
}
