import type { Connect } from '../connection.js';
import type { Publisher } from '../transports/hub.js';
import type { Platform } from './platform.js';

/** Tabs that share a connection, and how one of them connects. */
export interface Group {
  /** The same for all of them, and for nobody else. Their channels and locks begin with it. */
  readonly name: string;
  readonly platform: Platform;
  readonly connect: Connect;
  readonly hub: Publisher;
}

/** The lock of the one who leads. */
export const leadershipOf = ({ name }: Group): string => `${name} leader`;

/** The lock that a tab holds as long as it is there. */
export const presenceOf = ({ name }: Group, tab: string): string => `${name} ${tab}`;

/** The channel on which a leader hears its tabs; with a tab, the one on which that hears its leader. */
export const inboxOf = ({ name }: Group, term: number, tab = ''): string => `${name} ${term} ${tab}`;
