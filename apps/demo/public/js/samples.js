/**
 * @typedef {import('./diary.js').Diary} Diary
 * @typedef {(number | null)[]} Column
 */

const EVERY_MS = 500;
const KEPT = 180;

/** What the diaries count, looked at twice a second and kept for a minute and a half. */
export class Samples {
  /** Seconds since the page was opened. @type {number[]} */
  times = [];
  /** Of each way, in total. @type {Column[]} */
  requests;
  /** Of each way, in kilobytes. @type {Column[]} */
  received;
  /** Of each way, the longest delay since the last look, in milliseconds. @type {Column[]} */
  delays;
  /** While the network was cut, in seconds. @type {{ from: number, to: number }[]} */
  cuts = [];
  /** @type {number[]} */
  #longest;

  /** @param {readonly Diary[]} diaries @param {() => boolean} isUp @param {() => void} onSample */
  constructor(diaries, isUp, onSample) {
    this.requests = diaries.map(() => []);
    this.received = diaries.map(() => []);
    this.delays = diaries.map(() => []);
    this.#longest = diaries.map(() => -1);
    diaries.forEach((diary, i) => {
      diary.addEventListener('heard', () => {
        this.#longest[i] = Math.max(this.#longest[i] ?? -1, diary.heard.at(-1)?.delayMs ?? -1);
      });
    });
    setInterval(() => {
      this.#sample(diaries, isUp());
      onSample();
    }, EVERY_MS);
  }

  /** @param {readonly Diary[]} diaries @param {boolean} isUp */
  #sample(diaries, isUp) {
    const time = performance.now() / 1_000;
    push(this.times, time);
    diaries.forEach((diary, i) => {
      push(this.requests[i] ?? [], diary.requests);
      push(this.received[i] ?? [], diary.received / 1_000);
      const longest = this.#longest[i] ?? -1;
      push(this.delays[i] ?? [], longest < 0 ? null : Math.max(1, longest));
      this.#longest[i] = -1;
    });
    const cut = this.cuts.at(-1);
    if (!isUp && cut?.to === Infinity) return;
    if (!isUp) this.cuts.push({ from: time, to: Infinity });
    else if (cut?.to === Infinity) cut.to = time;
  }
}

/** @template T @param {T[]} column @param {T} value */
function push(column, value) {
  column.push(value);
  if (column.length > KEPT) column.shift();
}
