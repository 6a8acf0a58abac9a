// Charts of the live page. Everything is drawn as SVG by attributes: the policy of the page allows no inline style.
const SVG = 'http://www.w3.org/2000/svg';
const LEFT = 34, RIGHT = 6;

function svg(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (parent) parent.append(element);
  return element;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = n => String(n).padStart(2, '0');
const utc = at => { const d = new Date(at); return `${WEEKDAYS[d.getUTCDay()]} ${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`; };
const percent = value => value === null || value === undefined ? 'not seen' : `${value.toFixed(1)} %`;

// Kinds of plan, lowest in the stack first: name in the JSON, words, fill.
const PLANS = [
  ['high', 'high slot', 'solid-own'], ['catch_up', 'catch-up', 'cross-hatch'], ['block', 'block', 'columns'],
  ['baseline', 'baseline', 'rows'], ['held', 'kept off by the gate', 'dots'], ['resting', 'no load needed', 'plain-fill'],
];
const CAUSES = { foreign_cpu: "other processes' CPU", run_delay: 'run-queue delay', repeated: 'closed repeatedly' };
const VERDICTS = { safe: ['safe', 'plain-fill'], at_risk: ['at risk', 'solid-risk'], unknown: ['unknown', 'dots'] };

/** One drawing area: scales, axes, cursor. `rows` is its height without the time axis. */
class Chart {
  constructor(figure, history, rows, most, label) {
    this.history = history;
    this.count = history.seen_minutes.length;
    this.width = Math.max(220, Math.floor(figure.clientWidth));
    this.rows = rows;
    this.most = most;
    const old = figure.querySelector('svg.chart');
    this.root = svg('svg', { class: 'chart', viewBox: `0 0 ${this.width} ${rows + 26}`, height: rows + 26, role: 'img', 'aria-label': label });
    if (old) old.replaceWith(this.root); else figure.append(this.root);
    svg('rect', { class: 'frame', x: LEFT, y: 6, width: this.width - LEFT - RIGHT, height: rows }, this.root);
  }

  x(index) { return LEFT + (this.width - LEFT - RIGHT) * index / this.count; }

  y(value) { return 6 + this.rows * (1 - Math.min(value, this.most) / this.most); }

  timeAxis() {
    const start = Date.parse(this.history.start), step = this.history.step_seconds * 1000;
    const narrow = this.width < 480;
    for (let i = 0; i < this.count; i++) {
      const day = new Date(start + i * step);
      if (day.getUTCHours() !== 0 || day.getUTCMinutes() !== 0) continue;
      const x = this.x(i);
      svg('path', { class: 'grid', d: `M${x.toFixed(1)} 6V${this.rows + 10}` }, this.root);
      if (x < this.width - (narrow ? 30 : 42))
        svg('text', { class: 'axis', x: (x + 3).toFixed(1), y: this.rows + 20 }, this.root).textContent = `${narrow ? WEEKDAYS[day.getUTCDay()].slice(0, 2) : WEEKDAYS[day.getUTCDay()]} ${day.getUTCDate()}`;
    }
  }

  valueAxis() {
    for (let level = 0; level <= this.most; level += this.most / 4) {
      const y = this.y(level);
      svg('path', { class: 'grid', d: `M${LEFT} ${y}H${this.width - RIGHT}` }, this.root);
      svg('text', { class: 'axis', x: LEFT - 5, y: y + 4, 'text-anchor': 'end' }, this.root).textContent = level;
    }
  }

  threshold(value) {
    const y = this.y(value);
    svg('path', { class: 'threshold', d: `M${LEFT} ${y}H${this.width - RIGHT}` }, this.root);
    svg('text', { class: 'threshold-text', x: LEFT + 5, y: y - 4 }, this.root).textContent = `threshold ${value} %`;
  }

  // Where nothing was seen.
  unseen(column) {
    for (let i = 0, from = -1; i <= this.count; i++) {
      const missing = i < this.count && (column[i] === null || column[i] === 0);
      if (missing && from < 0) from = i;
      if (!missing && from >= 0) {
        svg('rect', { class: 'unseen', x: this.x(from).toFixed(1), y: 6, width: (this.x(i) - this.x(from)).toFixed(1), height: this.rows }, this.root);
        if (this.x(i) - this.x(from) > 70)
          svg('text', { class: 'axis', x: ((this.x(from) + this.x(i)) / 2).toFixed(1), y: 6 + this.rows * (this.rows > 60 ? .8 : .5) + 4, 'text-anchor': 'middle' }, this.root).textContent = 'not seen';
        from = -1;
      }
    }
  }

  line(css, column) {
    let d = '', drawn = false;
    for (let i = 0; i < this.count; i++) {
      if (column[i] === null) { drawn = false; continue; }
      d += `${drawn ? 'L' : 'M'}${this.x(i + .5).toFixed(1)} ${this.y(column[i]).toFixed(1)}`;
      // A single point between two gaps is a dot.
      if (!drawn && (i + 1 === this.count || column[i + 1] === null)) d += 'h1';
      drawn = true;
    }
    if (d) svg('path', { class: `line ${css}`, d }, this.root);
  }

  // Columns on top of each other: [css, values], the lowest first.
  stack(layers) {
    const below = new Array(this.count).fill(0);
    for (const [css, column] of layers) {
      let d = '';
      for (let i = 0; i < this.count; i++) {
        const value = column[i];
        if (!value) continue;
        const y = this.y(below[i]), top = this.y(below[i] + value);
        if (y - top > .05) d += `M${this.x(i).toFixed(2)} ${y.toFixed(1)}V${top.toFixed(1)}H${this.x(i + 1).toFixed(2)}V${y.toFixed(1)}z`;
        below[i] += value;
      }
      if (d) svg('path', { class: css, d }, this.root);
    }
  }

  // Stretches of the same name with their name in them.
  runs(column, words) {
    for (let from = 0; from < this.count;) {
      let to = from + 1;
      while (to < this.count && column[to] === column[from]) to++;
      if (column[from] !== null) {
        const [text, css] = words[column[from]];
        const width = this.x(to) - this.x(from);
        svg('rect', { class: css, x: this.x(from).toFixed(1), y: 6, width: width.toFixed(1), height: this.rows }, this.root);
        if (width > 8 * text.length + 14) {
          svg('rect', { class: 'plain-fill', x: (this.x(from) + 4).toFixed(1), y: 9, width: 6.5 * text.length + 10, height: this.rows - 6 }, this.root);
          svg('text', { x: (this.x(from) + 9).toFixed(1), y: 6 + this.rows / 2 + 4 }, this.root).textContent = text;
        }
      }
      from = to;
    }
  }

  finish(onPoint) {
    this.cross = svg('path', { class: 'cross', d: '' }, this.root);
    const move = event => {
      const box = this.root.getBoundingClientRect();
      const index = Math.floor(((event.clientX - box.left) * this.width / box.width - LEFT) / (this.width - LEFT - RIGHT) * this.count);
      onPoint(Math.max(0, Math.min(this.count - 1, index)));
    };
    this.root.addEventListener('pointermove', move);
    this.root.addEventListener('pointerdown', move);
    return this;
  }

  mark(index) { this.cross.setAttribute('d', `M${this.x(index + .5).toFixed(1)} 6v${this.rows}`); }
}

function legend(figure, entries) {
  if (figure.querySelector('.legend')) return;
  const list = document.createElement('ul');
  list.className = 'legend';
  for (const [css, text, isLine] of entries) {
    const item = document.createElement('li'), key = svg('svg', { class: 'chart-key', width: 24, height: 12, 'aria-hidden': 'true' });
    if (isLine) svg('path', { class: `line ${css}`, d: 'M0 6H24' }, key);
    else svg('rect', { class: css, width: 24, height: 12 }, key);
    item.append(key, text);
    list.append(item);
  }
  figure.querySelector('figcaption').after(list);
}

const highest = columns => columns.reduce((most, column) => column.reduce((m, value) => value === null ? m : Math.max(m, value), most), 0);
const roundUp = value => Math.min(100, Math.max(40, Math.ceil(value / 20) * 20));
const last = column => { for (let i = column.length - 1; i >= 0; i--) if (column[i] !== null) return column[i]; return null; };

/** Draws every chart of a history; gives back the charts for the cursor. */
function drawCharts(history, counts, onPoint) {
  const figure = id => document.getElementById(id);
  const busy = history.own.map((own, i) => own === null ? null : own + history.foreign[i] + history.steal[i]);
  const charts = [];
  const add = (chart) => { charts.push(chart.finish(onPoint)); };
  const p95 = [history.p95_minute, history.p95_five_minutes, history.p95_hour];

  legend(figure('chart-p95'), [['l1', '1-minute means', true], ['l2', '5-minute means', true], ['l3', '1-hour means', true]]);
  let chart = new Chart(figure('chart-p95'), history, 120, roundUp(highest(p95)),
    `P95 of CPU use over the seven days. Last: ${percent(last(p95[0]))} of 1-minute means, ${percent(last(p95[1]))} of 5-minute means, ${percent(last(p95[2]))} of 1-hour means; threshold ${history.threshold_percent} %.`);
  chart.unseen(history.p95_minute); chart.valueAxis(); chart.timeAxis();
  chart.line('l3', p95[2]); chart.line('l2', p95[1]); chart.line('l1', p95[0]);
  chart.threshold(history.threshold_percent); add(chart);

  legend(figure('chart-cpu'), [['solid-own', 'LoadShaper'], ['lines', 'other processes'], ['dots', 'steal']]);
  chart = new Chart(figure('chart-cpu'), history, 120, roundUp(highest([busy])),
    `CPU use in half hours. Last: LoadShaper ${percent(last(history.own))}, other processes ${percent(last(history.foreign))}, steal ${percent(last(history.steal))}.`);
  chart.unseen(history.seen_minutes); chart.valueAxis(); chart.timeAxis();
  chart.stack([['lines', history.foreign], ['dots', history.steal], ['solid-own', history.own]]);
  chart.threshold(history.threshold_percent); add(chart);

  const used = PLANS.filter(([name]) => history[`plan_${name}`].some(share => share > 0));
  legend(figure('chart-plans'), PLANS.map(([, words, css]) => [css, words]));
  chart = new Chart(figure('chart-plans'), history, 44, 1, `Shares of the kinds of plan in half hours: ${used.map(([, words]) => words).join(', ') || 'none known'}.`);
  chart.unseen(history.plan_high.map(share => share === null ? null : 1)); chart.timeAxis();
  chart.stack(PLANS.map(([name, , css]) => [css, history[`plan_${name}`]])); add(chart);

  const closed = history.gate_closed.filter(share => share > 0).length;
  legend(figure('chart-gate'), [['solid-risk', 'closed'], ['lines', 'held by the load average'], ['plain-fill', 'open']]);
  chart = new Chart(figure('chart-gate'), history, 32, 1, `Gate: closed in ${closed} of ${history.gate_closed.length} half hours, at least for a part of them.`);
  chart.unseen(history.gate_closed.map(share => share === null ? null : 1)); chart.timeAxis();
  chart.stack([['solid-risk', history.gate_closed], ['lines', history.gate_held]]); add(chart);

  legend(figure('chart-verdict'), Object.values(VERDICTS).map(([text, css]) => [css, text]));
  chart = new Chart(figure('chart-verdict'), history, 22, 1, `Verdict over the seven days; last: ${(VERDICTS[last(history.verdict)] || ['not known'])[0]}.`);
  chart.unseen(history.verdict.map(verdict => verdict === null ? null : 1)); chart.timeAxis();
  chart.runs(history.verdict, VERDICTS); add(chart);

  legend(figure('chart-others'), [['l1', counts ? 'memory' : 'memory (does not count on this shape)', true], ['l2', 'network', true]]);
  chart = new Chart(figure('chart-others'), history, 100, roundUp(highest([history.memory, history.network])),
    `Memory use ${percent(last(history.memory))}, network use ${percent(last(history.network))} in the last half hour seen; threshold ${history.threshold_percent} %.`);
  chart.unseen(history.seen_minutes); chart.valueAxis(); chart.timeAxis();
  chart.line('l2', history.network); chart.line('l1', history.memory);
  chart.threshold(history.threshold_percent); add(chart);
  return charts;
}

/** One point in words. */
function describePoint(history, i) {
  const at = Date.parse(history.start) + i * history.step_seconds * 1000;
  if (history.seen_minutes[i] === 0 && history.p95_minute[i] === null) return `${utc(at)} UTC: not seen.`;
  const plans = PLANS.filter(([name]) => history[`plan_${name}`][i] > 0).map(([name, words]) => `${words} ${Math.round(100 * history[`plan_${name}`][i])} %`);
  const closed = history.gate_closed[i], held = history.gate_held[i];
  const gate = closed === null ? '' : closed > 0 || held > 0
    ? ` Gate ${[closed > 0 ? `closed ${Math.round(100 * closed)} %` : '', held > 0 ? `held ${Math.round(100 * held)} %` : ''].filter(Boolean).join(', ')} of the time (${history.gate_causes[i].split(',').map(cause => CAUSES[cause] || cause.replaceAll('_', ' ')).join(', ')}).`
    : ' Gate open.';
  return `${utc(at)} UTC: LoadShaper ${percent(history.own[i])}, other processes ${percent(history.foreign[i])}, steal ${percent(history.steal[i])}.`
    + ` P95 ${percent(history.p95_minute[i])} (1 min), ${percent(history.p95_five_minutes[i])} (5 min), ${percent(history.p95_hour[i])} (1 h).`
    + (plans.length ? ` Plan: ${plans.join(', ')}.` : '') + gate
    + ` Memory ${percent(history.memory[i])}, network ${percent(history.network[i])}.`
    + (history.verdict[i] ? ` Verdict ${VERDICTS[history.verdict[i]][0]}.` : '');
}
