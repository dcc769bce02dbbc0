/** How much of the log is read at once: enough to be quick, little enough to wait in a socket. */
export const PAGE = Object.freeze({ limit: 256, maxBytes: 256 * 1024 });
