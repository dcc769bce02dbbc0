/**
 * Something that the switch can cut and restore.
 * @typedef {{ connect(): void, disconnect(): void }} Line
 */

/**
 * The guests' network. It is up while the switch is on and the page can be seen: a browser opens at most six
 * HTTP/1.1 connections to a server, and a tab in the background should not keep two of them from the others.
 */
export class Network extends EventTarget {
  isUp = false;
  #isOn = true;
  /** @type {Line[]} */
  #lines;

  /** @param {Line[]} lines */
  constructor(lines) {
    super();
    this.#lines = lines;
    document.addEventListener('visibilitychange', () => this.#update());
    this.#update();
  }

  get isOn() {
    return this.#isOn;
  }

  /** @param {boolean} isOn */
  switch(isOn) {
    this.#isOn = isOn;
    this.#update();
  }

  #update() {
    const isUp = this.#isOn && !document.hidden;
    if (isUp === this.isUp) return;
    this.isUp = isUp;
    for (const line of this.#lines) {
      if (isUp) line.connect();
      else line.disconnect();
    }
    this.dispatchEvent(new Event('change'));
  }
}
