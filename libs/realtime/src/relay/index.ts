export { relay } from './relay.js';
export type { RelayOptions, RelayPattern } from './relay-options.js';
