/** The numbers a way has heard, and what is wrong with them: nothing, one hopes. */
export class Sequence {
  /** @param {boolean} isOrdered Whether a number that is heard before an earlier one means that this was missed. */
  constructor(isOrdered) {
    this.isOrdered = isOrdered;
  }

  /** Heard more than once. */
  twice = 0;
  /** Heard after a later one. */
  late = 0;
  count = 0;
  /** @type {Map<string, { first: number, last: number, heard: Set<number> }>} */
  #series = new Map();

  /**
   * @param {string} series @param {number} n
   * @returns {boolean} whether it is new
   */
  take(series, n) {
    const known = this.#series.get(series) ?? this.#begin(series, n);
    if (known.heard.has(n)) {
      this.twice++;
      return false;
    }
    if (this.isOrdered && n < known.last) this.late++;
    known.heard.add(n);
    known.last = Math.max(known.last, n);
    this.count++;
    return true;
  }

  /** @param {string} series @param {number} n */
  has(series, n) {
    return this.#series.get(series)?.heard.has(n) ?? false;
  }

  /** The last number heard. @param {string} series */
  last(series) {
    return this.#series.get(series)?.last ?? 0;
  }

  /** Holes before the last number heard. */
  get missed() {
    if (!this.isOrdered) return 0;
    let missed = 0;
    for (const { first, last, heard } of this.#series.values()) missed += last - first + 1 - heard.size;
    return missed;
  }

  /** @param {string} series @param {number} n */
  #begin(series, n) {
    // Cakes were served before this table was taken; everything else begins with it.
    const known = { first: series === 'cake' ? n : 1, last: 0, heard: new Set() };
    this.#series.set(series, known);
    return known;
  }
}
