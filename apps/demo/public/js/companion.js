const KEY = 'restaurant companion';

/** The token of the tab that sat down last in this browser, where a page may keep something. */
export const companion = {
  read() {
    try {
      return localStorage.getItem(KEY) ?? '';
    } catch {
      return '';
    }
  },

  /** @param {string} token */
  write(token) {
    try {
      localStorage.setItem(KEY, token);
    } catch {
      // Not allowed: then each tab is a company of its own.
    }
  },
};
