import { machine, versions } from '../shared/conditions.js';

const PACKAGES = ['nestjs-realtime', '@nestjs/core', '@nestjs/platform-express', 'better-sse', 'socket.io'];

/**
 * What the numbers depend on.
 * @param {import('./plan.js').Plan} plan
 * @param {import('../shared/cores.js').Cores} cores
 * @returns {string[]}
 */
export function conditions(plan, { note }) {
  const loads = plan.loads.map(
    ({ deliveries, perTurn }) => `${deliveries.toLocaleString('en')} deliveries at ${perTurn} per turn`,
  );
  return [
    `${machine()}; ${note}.`,
    `${versions(PACKAGES)}; \`NODE_ENV=production\`.`,
    `Events of 160 bytes of JSON. Median of ${plan.samples} samples (least–most), each of at least ${loads.join(' and ')}.${idleCondition(plan)}`,
  ];
}

/** @param {import('./plan.js').Plan} plan */
function idleCondition({ idle }) {
  if (!idle) return '';
  const [base, connections] = [idle.base, idle.connections].map((count) => count.toLocaleString('en'));
  return ` Memory: of ${connections} connections beyond the first ${base}, in ${idle.samples} fresh processes.`;
}
