import { press } from './http.js';
import { TRANSPORTS } from './transports.js';

/**
 * Something that the switch can cut and restore.
 * @typedef {{ connect(): void, disconnect(): void }} Line
 *
 * @typedef {import('./guest.js').Guest} Guest
 * @typedef {import('./kitchen-window.js').KitchenWindow} KitchenWindow
 * @typedef {import('nestjs-realtime-client').TransportName} TransportName
 */

const ALL = TRANSPORTS.map(({ id }) => id);

/**
 * The guests' network, of which the server plays the proxy that blocks: all of it, or single transports. The lines
 * are up while it is not cut and the page can be seen: a browser opens at most six HTTP/1.1 connections to a server,
 * and a tab in the background should not keep two of them from the others.
 */
export class Network extends EventTarget {
  isUp = false;
  isOn = true;
  /** What does not get through, when it is not cut. @type {readonly TransportName[]} */
  blocked = [];
  #guest;
  /** @type {Line[]} */
  #lines;

  /** @param {Guest} guest @param {KitchenWindow} kitchen @param {Line[]} lines */
  constructor(guest, kitchen, lines) {
    super();
    this.#guest = guest;
    this.#lines = lines;
    kitchen.addEventListener('network', (event) => {
      this.#learn(/** @type {CustomEvent} */ (event).detail.data);
    });
    document.addEventListener('visibilitychange', () => this.#update());
    this.#update();
  }

  /** Cuts or restores all of it. @param {boolean} isOn */
  switch(isOn) {
    this.#press(isOn ? this.blocked : ALL);
  }

  /** Blocks a transport, or lets it through again. @param {TransportName} id */
  toggle(id) {
    const others = this.blocked.filter((other) => other !== id);
    this.#press(others.length < this.blocked.length ? others : [...others, id]);
  }

  /** @param {readonly TransportName[]} blocked */
  async #press(blocked) {
    await press(this.#guest, '/network', { method: 'PUT', body: { blocked } });
  }

  /** @param {readonly TransportName[]} blocked */
  #learn(blocked) {
    this.isOn = blocked.length < ALL.length;
    if (this.isOn) this.blocked = blocked;
    this.#update();
    this.dispatchEvent(new Event('change'));
  }

  #update() {
    const isUp = this.isOn && !document.hidden;
    if (isUp === this.isUp) return;
    this.isUp = isUp;
    for (const line of this.#lines) {
      if (isUp) line.connect();
      else line.disconnect();
    }
    this.dispatchEvent(new Event('change'));
  }
}
