import uPlot from 'uplot';

/**
 * @typedef {object} ChartOptions
 * @property {string} label What is drawn, for those who cannot see it.
 * @property {boolean} [points] Single moments, not a running total.
 * @property {(value: number) => string} format
 * @property {() => readonly { from: number, to: number }[]} cuts
 */

const HEIGHT = 200;
/** The least that is shown, in seconds. */
const SPAN = 30;
/** A way is known by its dashes too, not by colour alone. */
export const DASHES = [[], [8, 4], [2, 3], [12, 3, 2, 3], [5, 5]];

/** One plot over time with a line for each way, in the colours of the page. */
export class Chart {
  /** @type {uPlot | undefined} */
  #plot;

  /** @param {HTMLElement} place @param {readonly { id: string, kind: string }[]} ways @param {ChartOptions} options */
  constructor(place, ways, options) {
    this.place = place;
    this.ways = ways;
    this.options = options;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#build());
    new ResizeObserver(() => this.#plot?.setSize({ width: place.clientWidth, height: HEIGHT })).observe(
      place,
    );
    this.#build();
  }

  /** @param {number[]} times @param {(number | null)[][]} columns */
  draw(times, columns) {
    this.#plot?.setData([times, ...columns]);
  }

  #build() {
    const data = this.#plot?.data ?? [[], ...this.ways.map(() => [])];
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#configure(), data, this.place);
    this.#plot.root.setAttribute('role', 'img');
    this.#plot.root.setAttribute('aria-label', this.options.label);
  }

  /** @returns {uPlot.Options} */
  #configure() {
    const { format, points = false, cuts } = this.options;
    const axis = {
      stroke: this.#colour('--muted'),
      grid: { stroke: this.#colour('--line'), width: 1, filter: points ? tens : all },
      ticks: { show: false },
    };
    return {
      width: this.place.clientWidth,
      height: HEIGHT,
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, range: (_, min, max) => [min ?? 0, Math.max(max ?? 0, (min ?? 0) + SPAN)] },
        y: points
          ? { distr: 3, range: (_, __, max) => [1, Math.max(10_000, max)] }
          : { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
      },
      axes: [
        {
          ...axis,
          size: 30,
          space: 70,
          grid: { ...axis.grid, filter: all },
          values: (_, seconds) => seconds.map(clock),
        },
        {
          ...axis,
          size: 58,
          values: (_, values) => values.map((value) => (value === null ? '' : format(value))),
        },
      ],
      series: [{}, ...this.ways.map(({ id, kind }, i) => this.#line(id, kind, i, points))],
      hooks: { drawClear: [(plot) => this.#shade(plot, cuts())] },
    };
  }

  /** @param {string} id @param {string} label @param {number} i @param {boolean} points @returns {uPlot.Series} */
  #line(id, label, i, points) {
    const stroke = this.#colour(`--${id}`);
    return {
      label,
      stroke,
      width: points ? 1.2 : 2.4,
      dash: DASHES[i],
      spanGaps: true,
      ...(points ? {} : { paths: uPlot.paths.stepped?.({ align: 1 }) }),
      points: { show: points, size: 6, fill: stroke },
    };
  }

  /** Where the network was cut. @param {uPlot} plot @param {readonly { from: number, to: number }[]} cuts */
  #shade(plot, cuts) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.fillStyle = this.#colour('--cut-shade');
    for (const { from, to } of cuts) {
      const left = Math.max(bbox.left, plot.valToPos(from, 'x', true));
      const right = Math.min(
        bbox.left + bbox.width,
        plot.valToPos(Math.min(to, plot.data[0].at(-1) ?? to), 'x', true),
      );
      if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    }
    ctx.restore();
  }

  /** A canvas takes no custom properties: have them computed. @param {string} property */
  #colour(property) {
    const probe = this.place;
    probe.style.color = `var(${property})`;
    const { color } = getComputedStyle(probe);
    probe.style.color = '';
    return color;
  }
}

/** @param {uPlot} _ @param {number[]} splits */
function all(_, splits) {
  return splits;
}

/** Of a logarithmic axis only 1, 10, 100 … @param {uPlot} _ @param {number[]} splits */
function tens(_, splits) {
  return splits.map((value) => (Number.isInteger(Math.log10(value)) ? value : null));
}

/** @param {number} seconds */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
