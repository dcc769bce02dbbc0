import { median } from './statistics.js';
import { verdicts } from './targets.js';

/**
 * @param {import('./targets.js').Results} results
 * @param {import('./contenders/index.js').Contender[]} contenders
 * @param {string[]} conditions one line each
 * @returns {string} Markdown
 */
export function report(results, contenders, conditions) {
  const perTurns = [...new Set(results.delivery.map(({ perTurn }) => perTurn))];
  return [
    ...conditions.map((line) => `- ${line}`),
    '',
    ...perTurns.flatMap((perTurn) => deliveryTable(results, contenders, perTurn)),
    ...memoryTable(results, contenders),
    ...verdictTable(verdicts(results)),
  ].join('\n');
}

/**
 * @param {import('./targets.js').Results} results
 * @param {import('./contenders/index.js').Contender[]} contenders
 * @param {number} perTurn
 */
function deliveryTable({ delivery }, contenders, perTurn) {
  const stages = delivery.filter((at) => at.perTurn === perTurn);
  return [
    `### CPU µs per delivery, ${perTurn} event${perTurn === 1 ? '' : 's'} per turn`,
    '',
    ...table(
      ['', ...stages.map(({ connections }) => `${connections.toLocaleString('en')} connections`)],
      contenders
        .filter(({ idleOnly }) => !idleOnly)
        .map(({ name, label }) => [label, ...stages.map(({ samples }) => cell(samples.get(name) ?? [], 2))]),
    ),
  ];
}

/**
 * @param {import('./targets.js').Results} results
 * @param {import('./contenders/index.js').Contender[]} contenders
 */
function memoryTable({ memory }, contenders) {
  if (memory.size === 0) return [];
  return [
    '### Idle memory per connection, KB',
    '',
    ...table(
      ['', 'in all', 'of it JavaScript heap'],
      contenders.map(({ name, label }) => {
        const samples = memory.get(name) ?? [];
        return [
          label,
          ...[samples.map(({ inUse }) => inUse), samples.map(({ heap }) => heap)].map((bytes) =>
            cell(
              bytes.map((value) => value / 1_000),
              1,
            ),
          ),
        ];
      }),
    ),
  ];
}

/** @param {import('./targets.js').Verdict[]} verdicts */
function verdictTable(verdicts) {
  if (verdicts.length === 0) return [];
  return [
    '### Ratios and targets',
    '',
    ...table(
      ['ratio', 'target', 'measured', ''],
      verdicts.map(({ text, limit, values }) => [
        text,
        limit,
        values.map((value) => `${value.label}: ${value.text}${value.met ? '' : ' ✗'}`).join('<br>'),
        outcome(values.filter(({ met }) => !met).length, values.length),
      ]),
    ),
  ];
}

/**
 * @param {number} missed
 * @param {number} all
 */
function outcome(missed, all) {
  if (missed === 0) return 'met';
  return missed === all ? '**not met**' : '**partly**';
}

/**
 * Median, and the range of all samples.
 * @param {number[]} values
 * @param {number} digits
 */
function cell(values, digits) {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map((value) =>
    value.toFixed(digits),
  );
  return values.length === 1 ? `**${middle}**` : `**${middle}** (${least}–${most})`;
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

/** @param {string[]} cells */
function line(cells) {
  return `| ${cells.join(' | ')} |`;
}
