import { cell, list, table, verdictTable } from '../shared/markdown.js';
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
    ...list(conditions),
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
