// Curves that answer: each figure with data-curves is drawn anew from its numbers, with a crosshair at an epoch,
// a legend that switches series off and on, further columns to choose, and zoom into a range of epochs.
(() => {
  'use strict';

  const width = 480, height = 290;
  const plot = { left: 58, top: 10, width: 410, height: 236 };
  const fewEpochs = 30; // up to here every epoch has a dot
  const namespace = 'http://www.w3.org/2000/svg';

  const filled = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const html = (name, attributes = {}, ...children) => filled(document.createElement(name), attributes, children);
  const svg = (name, attributes = {}, ...children) =>
    filled(document.createElementNS(namespace, name), attributes, children);

  const number = (value) => {
    const plain = `${+value.toPrecision(4)}`;
    return plain.length > 7 ? value.toExponential(3).replace(/\.?0*e/, 'e') : plain;
  };
  const worded = (value, unit) => (unit === '%' ? `${value.toFixed(1)} %` : number(value));
  const limited = (value, low, high) => Math.min(high, Math.max(low, value));

  /** The smallest of 1, 2 and 5 times a power of ten that is not below `least`. */
  function roundStep(least) {
    const power = 10 ** Math.floor(Math.log10(least));
    return power * [1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9));
  }

  /** [low, high, step] around the values. */
  function axisAround(values, unit) {
    let low = Math.min(...values), high = Math.max(...values);
    const margin = 0.06 * (high - low) || 0.5 * Math.abs(high) || 1;
    if (low >= 0) low = Math.max(0, low - margin);
    else low -= margin;
    high += margin;
    if (unit === '%') high = Math.min(100, high);
    const step = roundStep((high - low) / 6);
    return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step, step];
  }

  /** The first, then round ones; steps of two count from the first. */
  function epochTicks(from, to) {
    const step = Math.max(1, roundStep((to - from) / 9 || 1));
    const ticks = [from];
    for (let tick = step <= 2 ? from + step : (Math.floor(from / step) + 1) * step; tick <= to; tick += step)
      if (2 * (tick - from) >= step) ticks.push(tick);
    return ticks;
  }

  class Curves {
    constructor(figure) {
      Object.assign(this, JSON.parse(figure.dataset.curves)); // runs, epochs, panels, words
      this.known = [...new Set(this.epochs.flat())].sort((a, b) => a - b);
      this.off = new Set();
      this.shown = new Set(this.panels.slice(0, 2));
      this.zoom(null);
      this.reset = html('button', { class: 'chip', type: 'button', hidden: '' }, this.words.all);
      this.reset.onclick = () => this.change(() => this.zoom(null));
      this.spoken = html('output', { class: 'unseen' });
      this.plots = html('div', { class: 'plots', tabindex: 0, role: 'group', 'aria-label':
        this.words.keys });
      figure.prepend(html('div', { class: 'live' }, this.legend(), this.plots, this.spoken,
        html('p', { class: 'quiet' }, this.words.hint)));
      figure.classList.add('enhanced');
      this.listen();
      this.draw();
    }

    // What is shown.

    zoom(range) {
      [this.from, this.to] = range ?? [this.known[0], this.known[this.known.length - 1]];
      this.zoomed = range !== null;
      this.epoch = null;
    }

    /** One of the page's words, with values in the place of {names}. */
    say(word, values) {
      return this.words[word].replace(/{(\w+)}/g, (_, name) => values[name]);
    }

    change(how) {
      how();
      this.draw();
    }

    color(line) {
      if (this.runs.length > 1) return line.run % 6;
      return { training: 0, validation: 1 }[line.split] ?? 2;
    }

    linesOf(panel) {
      return panel.lines.filter((line) => !this.off.has(line.split) && !this.off.has(this.runs[line.run]));
    }

    nameOf(line) {
      const split = this.words[line.split];
      return this.runs.length > 1 ? [this.runs[line.run], split].filter(Boolean).join(', ') : split;
    }

    epochsInside() {
      return this.known.filter((epoch) => epoch >= this.from && epoch <= this.to);
    }

    valueAt(line, epoch) {
      return line.values[this.epochs[line.run].indexOf(epoch)] ?? null;
    }

    // Chips: what is drawn, and how it is drawn.

    chip(label, set, key, swatch) {
      const pressed = set === this.off ? () => !set.has(key) : () => set.has(key);
      const button = html('button', { class: 'chip', type: 'button', 'aria-pressed': pressed() }, ...swatch, label);
      button.onclick = () => this.change(() => {
        if (!set.delete(key)) set.add(key);
        button.setAttribute('aria-pressed', pressed());
      });
      return button;
    }

    swatch(color, dashed) {
      return html('i', { class: `swatch c${color}${dashed ? ' dashed' : ''}` });
    }

    legend() {
      const several = this.runs.length > 1;
      const splits = ['training', 'validation'].filter((split) =>
        this.panels.some((panel) => panel.lines.some((line) => line.split === split)));
      const series = several ? this.runs.map((run, i) => this.chip(run, this.off, run, [this.swatch(i % 6)])) : [];
      for (const split of splits)
        series.push(this.chip(this.words[split], this.off, split,
          [this.swatch(several ? 'x' : this.color({ split }), split === 'validation')]));
      const panels = this.panels.map((panel) => this.chip(panel.name, this.shown, panel, []));
      return html('div', { class: 'chips' }, html('div', { role: 'group', 'aria-label': this.words.series }, ...series),
        html('div', { role: 'group', 'aria-label': this.words.plots }, ...panels, this.reset));
    }

    // Drawing.

    x(epoch) {
      const margin = this.from === this.to ? 0.5 : 0.02 * (this.to - this.from);
      return plot.width * (epoch - this.from + margin) / (this.to - this.from + 2 * margin);
    }

    /** The epoch, with fractions, at a horizontal place of the pointer. */
    epochAt(panel, event) {
      const box = panel.drawing.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width * width - plot.left;
      return limited(this.from + (x - this.x(this.from)) / (this.x(this.from + 1) - this.x(this.from)),
        this.from, this.to);
    }

    draw() {
      this.reset.hidden = !this.zoomed;
      this.plots.replaceChildren(...this.panels.filter((panel) => this.shown.has(panel))
        .map((panel) => this.drawPanel(panel)));
      this.point(this.epoch);
    }

    axisOf(panel) {
      if (!this.zoomed && panel.axis) return panel.axis;
      const values = this.linesOf(panel).flatMap((line) => this.epochsInside().map((epoch) => this.valueAt(line, epoch)))
        .filter((value) => value !== null);
      return values.length ? axisAround(values, panel.unit) : panel.axis ?? [0, 1, 0.2];
    }

    drawPanel(panel) {
      const [low, high, step] = this.axisOf(panel);
      panel.y = (value) => plot.height * (high - value) / (high - low);
      const marks = [];
      for (let i = 0; low + i * step <= high + step / 1e3; ++i) {
        const y = plot.top + panel.y(low + i * step);
        marks.push(svg('line', { class: 'grid', x1: plot.left, x2: plot.left + plot.width, y1: y, y2: y }),
          svg('text', { x: plot.left - 8, y: y + 5, 'text-anchor': 'end' },
            number(low + i * step) + (panel.unit ? ` ${panel.unit}` : '')));
      }
      for (const tick of epochTicks(this.from, this.to))
        marks.push(svg('text', { x: plot.left + this.x(tick), y: plot.top + plot.height + 18, 'text-anchor': 'middle' },
          `${tick}`));
      marks.push(svg('text', { x: plot.left + plot.width / 2, y: height - 6, 'text-anchor': 'middle' }, this.words.epoch));
      panel.pointer = svg('g');
      panel.chosen = svg('rect', { class: 'chosen', y: 0, height: plot.height, width: 0 });
      // An svg inside an svg cuts off what leaves it.
      const inside = svg('svg', { x: plot.left, y: plot.top, width: plot.width, height: plot.height },
        panel.chosen, ...this.linesOf(panel).flatMap((line) => this.drawLine(panel, line)), panel.pointer);
      panel.drawing = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label':
        this.say('by_epoch', { panel: panel.name }) }, ...marks, inside);
      panel.tip = html('div', { class: 'tip', hidden: '' });
      this.followPointer(panel);
      return html('div', { class: 'plot card' }, this.drawHead(panel), panel.drawing, panel.tip);
    }

    drawHead(panel) {
      const bests = this.linesOf(panel).filter((line) => panel.best && line.split === 'validation').flatMap((line) => {
        const epoch = this.bestEpoch(panel, line);
        if (epoch === null) return [];
        const value = worded(this.valueAt(line, epoch), panel.unit);
        const found = this.say(this.known.length === 1 ? 'only' : panel.best, { value, epoch });
        return [html('small', {}, this.swatch(this.color(line), true), found)];
      });
      return html('div', { class: 'head' }, html('strong', {}, panel.name), ...bests);
    }

    bestEpoch(panel, line) {
      const sign = panel.best === 'highest' ? 1 : -1;
      let best = null;
      this.epochs[line.run].forEach((epoch, i) => {
        const value = line.values[i];
        if (value !== null && (best === null || sign * (value - this.valueAt(line, best)) > 0)) best = epoch;
      });
      return best;
    }

    drawLine(panel, line) {
      const name = `c${this.color(line)}${line.split === 'validation' ? ' dashed' : ''}`;
      const dot = (epoch, radius) => svg('circle', { class: `dot ${name}`, cx: this.x(epoch),
        cy: panel.y(this.valueAt(line, epoch)), r: radius });
      let path = '', pen = 'M';
      const drawn = [];
      this.epochs[line.run].forEach((epoch, i) => {
        const value = line.values[i];
        if (value === null) return void (pen = 'M');
        path += `${pen}${this.x(epoch).toFixed(2)} ${panel.y(value).toFixed(2)}`;
        pen = 'L';
        drawn.push(epoch);
      });
      const parts = [svg('path', { class: `line ${name}`, d: path })];
      if (this.epochsInside().length <= fewEpochs) parts.push(...drawn.map((epoch) => dot(epoch, 2.5)));
      const best = panel.best && line.split === 'validation' ? this.bestEpoch(panel, line) : null;
      if (best !== null) parts.push(dot(best, 6));
      return parts;
    }

    // The crosshair, in all plots at once.

    point(epoch, aloud = false) {
      this.epoch = epoch;
      const sentences = [];
      for (const panel of this.shown) {
        const values = epoch === null ? [] : this.linesOf(panel)
          .map((line) => ({ line, value: this.valueAt(line, epoch) })).filter(({ value }) => value !== null);
        const x = epoch === null ? 0 : this.x(epoch);
        panel.tip.hidden = epoch === null;
        panel.pointer.replaceChildren(...(epoch === null ? [] : [svg('line', { class: 'cross', x1: x, x2: x, y1: 0,
          y2: plot.height })]), ...values.map(({ line, value }) => svg('circle', { class: `dot c${this.color(line)}`,
          cx: x, cy: panel.y(value), r: 4.5 })));
        this.fillTip(panel, values, (plot.left + x) / width);
        sentences.push(`${panel.name}: ${values.map(({ line, value }) =>
          `${this.nameOf(line) ?? ''} ${worded(value, panel.unit)}`).join(', ')}.`);
      }
      if (aloud) this.spoken.textContent = epoch === null ? '' : `${this.say('at', { epoch })}. ${sentences.join(' ')}`;
    }

    /** Rows of the tip: a line each, or, of several runs, a run each with its lines side by side. */
    tipRows(panel, values) {
      const row = (swatch, name, shown) => html('div', {}, swatch, html('span', {}, name), html('b', {}, shown));
      if (this.runs.length === 1)
        return values.map(({ line, value }) => row(this.swatch(this.color(line), line.split === 'validation'),
          this.words[line.split] ?? panel.name, worded(value, panel.unit)));
      const splits = [...new Set(this.linesOf(panel).map((line) => line.split))];
      const rows = [...new Set(values.map(({ line }) => line.run))].map((run) => row(this.swatch(run % 6), this.runs[run],
        splits.map((split) => values.find(({ line }) => line.run === run && line.split === split))
          .map((found) => (found ? worded(found.value, panel.unit) : '–')).join(' / ')));
      return [html('small', {}, splits.map((split) => this.words[split] ?? panel.name).join(' / ')), ...rows];
    }

    fillTip(panel, values, place) {
      panel.tip.replaceChildren(html('strong', {}, this.say('at', { epoch: this.epoch })), ...this.tipRows(panel, values));
      const room = panel.tip.parentNode.clientWidth - panel.tip.offsetWidth, x = place * panel.tip.parentNode.clientWidth;
      const right = x + 12;
      panel.tip.style.left = `${limited(right <= room ? right : x - 12 - panel.tip.offsetWidth, 0, room)}px`;
      const heights = values.map(({ value }) => panel.y(value)), half = values.length * plot.height / 2;
      panel.tip.classList.toggle('low', heights.reduce((sum, y) => sum + y, 0) < half);
    }

    nearest(epoch) {
      return this.epochsInside().reduce((best, other) => (Math.abs(other - epoch) < Math.abs(best - epoch) ? other : best));
    }

    // Pointer and keys.

    followPointer(panel) {
      let start = null;
      const end = () => {
        start = null;
        for (const other of this.shown) other.chosen.setAttribute('width', 0);
      };
      panel.drawing.onpointerdown = (event) => {
        if (event.button !== 0) return;
        panel.drawing.setPointerCapture(event.pointerId);
        start = { epoch: this.epochAt(panel, event), x: event.clientX };
        this.point(this.nearest(start.epoch));
      };
      panel.drawing.onpointermove = (event) => {
        const epoch = this.epochAt(panel, event);
        this.point(this.nearest(epoch));
        if (start === null) return;
        const [low, high] = [this.x(start.epoch), this.x(epoch)].sort((a, b) => a - b);
        for (const other of this.shown) {
          other.chosen.setAttribute('x', low);
          other.chosen.setAttribute('width', high - low);
        }
      };
      panel.drawing.onpointerup = (event) => {
        if (start === null) return;
        const far = Math.abs(event.clientX - start.x) > 8;
        const ends = [start.epoch, this.epochAt(panel, event)].map((epoch) => this.nearest(epoch)).sort((a, b) => a - b);
        end();
        if (far && ends[0] < ends[1]) this.change(() => this.zoom(ends));
      };
      panel.drawing.onpointercancel = end;
    }

    listen() {
      this.plots.ondblclick = () => this.change(() => this.zoom(null));
      this.plots.onpointerleave = (event) => {
        if (event.pointerType === 'mouse') this.point(null);
      };
      this.plots.onkeydown = (event) => {
        const action = this.actionOf(event.key);
        if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        action();
      };
    }

    actionOf(key) {
      const inside = this.epochsInside(), last = inside.length - 1;
      const at = inside.indexOf(this.epoch);
      const go = (index) => () => this.point(inside[limited(index, 0, last)], true);
      return {
        ArrowLeft: go(at < 0 ? last : at - 1),
        ArrowRight: go(at + 1),
        Home: go(0),
        End: go(last),
        Escape: () => this.change(() => this.zoom(null)),
        '+': () => this.scaleRange(0.5),
        '-': () => this.scaleRange(2),
      }[key];
    }

    /** Zooms by a factor around the crosshair. */
    scaleRange(factor) {
      const whole = [this.known[0], this.known[this.known.length - 1]];
      const at = this.epoch, center = at ?? (this.from + this.to) / 2;
      const half = Math.max(1, (this.to - this.from) * factor / 2);
      const range = [Math.round(limited(center - half, ...whole)), Math.round(limited(center + half, ...whole))];
      this.change(() => {
        this.zoom(range[0] === whole[0] && range[1] === whole[1] ? null : range);
        this.epoch = at;
      });
    }
  }

  for (const figure of document.querySelectorAll('figure[data-curves]')) new Curves(figure);
})();
