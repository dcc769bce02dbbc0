import { CODE } from './code.js';
import { MESSAGES } from './messages.js';
import type { Sender } from './sender.js';
import { TRADE } from './trade.js';

/** One of each scheme. */
export const SENDERS: readonly Sender[] = [...CODE, ...MESSAGES, ...TRADE];
