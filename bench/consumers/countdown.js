/** Tells when something has happened so many times. */
export class Countdown {
  left = 0;
  reach = () => {};

  /**
   * @param {number} count
   * @returns {Promise<void>} that resolves after so many ticks
   */
  from(count) {
    this.left = count;
    return new Promise((resolve) => {
      this.reach = resolve;
    });
  }

  tick() {
    if (--this.left === 0) this.reach();
  }
}
