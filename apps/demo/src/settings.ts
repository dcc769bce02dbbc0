/** What restaurant and charity keep: of each topic the last thousand events, for a month. */
export const RETENTION = { maxEvents: 1_000, maxAgeMs: 30 * 24 * 3_600_000 };

/**
 * How they send webhooks to each other: within this machine, which is refused unless it is allowed, and with
 * waits between the attempts that are short enough to be watched.
 */
export const WEBHOOKS = {
  allowHttp: true,
  allowAddresses: ['127.0.0.0/8'],
  retries: [1_000, 2_000, 3_000, 4_000],
};
