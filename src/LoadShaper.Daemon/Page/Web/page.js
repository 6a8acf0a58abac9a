// The live page: polls while it is visible, shows the state in words, and says when LoadShaper does not answer.
const POLL = 5000, HISTORY = 60000, TIMEOUT = 8000, QUICK = 60;
const $ = id => document.getElementById(id);
let state = null, history = null, charts = [], point = -1;
let answeredAt = null, silentSince = null, silentReason = '', refused = false, historyAt = 0, historyProblem = null, quick = QUICK;
let timer = 0, polling = null, drawnWidth = 0;

// Text is replaced only where it changed: screen readers announce changes.
function say(element, text) { if (element.textContent !== text) element.textContent = text; }

function item(parent, name, text, css) {
  const element = document.createElement(name);
  if (text !== undefined && text !== null) element.textContent = text;
  if (css) element.className = css;
  parent.append(element);
  return element;
}

// Lists and tables are built again only when their content is another.
function fill(element, content, build) {
  const key = JSON.stringify(content);
  if (element.dataset.content === key) return;
  element.dataset.content = key;
  element.replaceChildren();
  build(content);
}

const clock = at => at.toLocaleTimeString();
const number = (value, unit, digits) => value === null || value === undefined ? 'unknown' : `${value.toFixed(digits === undefined ? 1 : digits)}${unit}`;

function span(ms) {
  const minutes = Math.round(ms / 60000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function showVerdict() {
  const verdict = state.verdict, word = verdict.word;
  const css = word === 'SAFE' ? 'safe' : word === 'AT RISK' ? 'at-risk' : 'unknown';
  $('verdict').className = `verdict ${css}`;
  say($('mark'), css === 'safe' ? '✓' : css === 'at-risk' ? '!' : '?');
  say($('headline'), verdict.headline);
  say($('reason'), verdict.reason || '');
  if (verdict.turns_at) {
    const turns = new Date(verdict.turns_at), left = turns - Date.now();
    const local = turns.toLocaleString(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
    say($('local'), left > 0 ? `That is ${local} where you are, in ${span(left)}.` : `That was ${local} where you are.`);
  } else say($('local'), '');
  const unseen = word === 'UNKNOWN' && verdict.seen_percent < 100 && !state.checks.includes('controller_silent');
  $('progress').hidden = !unseen;
  if (unseen) {
    const seen = verdict.seen_percent, left = (1 - seen / 100) * verdict.window_days * 86400000;
    $('progress-bar').value = seen / 100;
    say($('progress-label'), `${seen < 10 ? seen.toFixed(1) : Math.floor(seen)} % of the ${verdict.window_days} days seen, ${span(left)} to go`
      + (verdict.minutes_needed > 0 ? `; ${verdict.minutes_needed} more minutes at or above ${verdict.threshold_percent} % needed` : ''));
  }
}

function showNow() {
  fill($('decision'), state.decision.sentences, texts => texts.forEach(text => item($('decision'), 'li', text)));
  const now = state.now;
  fill($('now'), [
    ['CPU now', number(now.cpu_percent, ' %')], ['of it LoadShaper', number(now.own_percent, ' %')],
    ['other processes', number(now.foreign_percent, ' %')], ['steal', number(now.steal_percent, ' %')],
    ['Load per core', number(now.load_per_core, '', 2)], ['Memory', number(now.memory_percent, ' %')],
    ['Network', number(now.network_percent, ' %')], ['Others waited today', number(now.taken_from_others_seconds, ' s')],
  ], rows => rows.forEach(([name, value]) => { const box = item($('now'), 'div'); item(box, 'dt', name); item(box, 'dd', value); }));
}

function showReadings() {
  const threshold = state.verdict.threshold_percent;
  const against = (value, counts) => !counts ? 'does not count on this shape'
    : value === null ? 'not known' : value >= threshold ? `✓ at or above ${threshold} %` : `✗ under ${threshold} %`;
  const rows = [
    ['CPU, P95 of 1-minute means', state.p95.minute, true], ['CPU, P95 of 5-minute means', state.p95.five_minutes, true],
    ['CPU, P95 of 1-hour means', state.p95.hour, true], ['CPU, P95 of the worst UTC day', state.p95.worst_day, true],
    ['Memory, mean', state.memory.mean_percent, state.memory.counts], ['Network, mean', state.network.mean_percent, true],
    ...(state.oracle.cpu_p95_percent === null ? [] : [["CPU by Oracle's own minutes, lowest P95", state.oracle.cpu_p95_percent, true]]),
  ].map(([name, value, counts]) => [name, value === null ? '–' : number(value, ' %', 2), against(value, counts)]);
  fill($('readings'), rows, () => rows.forEach(([name, value, text]) => {
    const row = item($('readings'), 'tr');
    item(row, 'th', name).scope = 'row';
    item(row, 'td', value, 'number');
    item(row, 'td', text);
  }));
}

function showProblems() {
  $('problems-section').hidden = state.problems.length === 0;
  fill($('problems'), state.problems, problems => problems.forEach(problem => {
    const entry = item($('problems'), 'li');
    item(entry, 'p', problem.problem);
    if (problem.fix) { const fix = item(entry, 'p', null, 'fix'); item(fix, 'b', 'Fix: '); fix.append(problem.fix); }
    item(entry, 'code', problem.check);
  }));
}

function showFleet() {
  const fleet = state.fleet || [];
  $('fleet-section').hidden = fleet.length === 0;
  fill($('fleet'), fleet, peers => peers.forEach(peer => {
    const row = item($('fleet'), 'tr');
    item(row, 'th', peer.name).scope = 'row';
    item(row, 'td', peer.reachable ? peer.verdict || 'UNKNOWN'
      : `no answer${peer.answered_at ? ` since ${utc(peer.answered_at)} UTC` : ''}${peer.problem ? ` (${peer.problem})` : ''}`);
    item(row, 'td', peer.margin_points === null || peer.margin_points === undefined ? '–' : peer.margin_points.toFixed(1), 'number');
    item(row, 'td', peer.turns_at ? `${utc(peer.turns_at)} UTC` : '–');
    item(row, 'td', peer.version || '–');
  }));
}

function showState() {
  say($('host'), state.host);
  say($('about'), `${state.version} · ${state.shape} · ${state.strategy}`);
  showVerdict(); showNow(); showReadings(); showProblems(); showFleet();
}

function select(index) {
  if (!history) return;
  point = index;
  $('point').value = index;
  charts.forEach(chart => chart.mark(index));
  const text = describePoint(history, index);
  say($('readout'), text);
  $('point').setAttribute('aria-valuetext', text);
}

function showTable() {
  if (!$('table-details').open || !history) return;
  const columns = [
    ['Time (UTC)', i => utc(Date.parse(history.start) + i * history.step_seconds * 1000)], ['Seen', i => `${history.seen_minutes[i]} min`],
    ['LoadShaper', i => percent(history.own[i])], ['Others', i => percent(history.foreign[i])], ['Steal', i => percent(history.steal[i])],
    ['P95 1 min', i => percent(history.p95_minute[i])], ['P95 5 min', i => percent(history.p95_five_minutes[i])], ['P95 1 h', i => percent(history.p95_hour[i])],
    ['Gate closed', i => share(history.gate_closed[i])], ['Gate held', i => share(history.gate_held[i])],
    ...PLANS.map(([name, words]) => [words[0].toUpperCase() + words.slice(1), i => share(history[`plan_${name}`][i])]),
    ['Memory', i => percent(history.memory[i])], ['Network', i => percent(history.network[i])],
    ['Verdict', i => history.verdict[i] ? VERDICTS[history.verdict[i]][0] : '–'],
  ];
  const table = $('points');
  table.replaceChildren();
  const head = item(item(table, 'thead'), 'tr'), body = item(table, 'tbody');
  columns.forEach(([name]) => { item(head, 'th', name).scope = 'col'; });
  for (let i = history.seen_minutes.length - 1; i >= 0; i--) {
    const row = item(body, 'tr');
    columns.forEach(([, value], column) => { const cell = item(row, column ? 'td' : 'th', value(i), column ? 'number' : ''); if (!column) cell.scope = 'row'; });
  }
}

const share = value => value === null ? '–' : `${Math.round(100 * value)} %`;

function draw() {
  if (!history || !state) return;
  drawnWidth = $('charts').clientWidth;
  charts = drawCharts(history, state.memory.counts, select);
  const count = history.seen_minutes.length;
  $('point').max = count - 1;
  select(point < 0 || point >= count ? count - 1 : point);
  showTable();
}

function showConnection() {
  const silent = silentSince !== null;
  $('silent').hidden = !silent;
  document.body.classList.toggle('stale', silent);
  if (silent) {
    say($('silent'), `${refused ? 'LoadShaper runs but gives no state' : 'No answer from LoadShaper'} since ${clock(answeredAt || silentSince)} (${silentReason}).`
      + (state ? ' What you see below is of that time. ' : ' ')
      + (refused ? 'This page keeps asking.' : 'It does not run, or this browser cannot reach it. On the VM: loadshaper status.'));
    document.title = `${refused ? 'No state' : 'No answer'} · LoadShaper`;
  } else if (state) document.title = `${state.verdict.word} · ${state.host} · LoadShaper`;
  say($('freshness'), answeredAt ? `Last answer ${clock(answeredAt)}. Asked every ${POLL / 1000} s while this page is visible.`
    + (historyProblem ? ` The charts are not up to date (${historyProblem}).` : '') : '');
}

async function get(path, signal) {
  const answer = await fetch(path, { cache: 'no-cache', signal, credentials: 'same-origin' });
  if (answer.ok) return answer.json();
  const body = await answer.json().catch(() => null) || {};
  const error = new Error(body.problem || (body.checks ? 'its actors do not answer' : `HTTP status ${answer.status}`));
  // A proxy in front answers 502 and 504 for a daemon that is gone, with a body that is not LoadShaper's.
  error.refused = Boolean(body.problem || body.checks);
  throw error;
}

const reasonOf = (error, signal) => signal.aborted ? `no answer within ${TIMEOUT / 1000} s` : error instanceof TypeError ? 'no connection' : error.message;

// Returns whether to ask again soon. Charts that cannot be read do not make the state above them old.
async function pollHistory(signal) {
  if (history && history.restored && !historyProblem && Date.now() - historyAt < HISTORY) return false;
  try {
    history = await get('api/history', signal);
    historyAt = Date.now();
    historyProblem = null;
  } catch (error) {
    if (signal.reason !== 'hidden') historyProblem = reasonOf(error, signal);
    return false;
  }
  draw();
  // What is read at the start of the daemon takes seconds; a database that is unavailable may be so for days.
  return !history.restored && quick-- > 0;
}

async function poll() {
  if (polling) return;
  const abort = polling = new AbortController();
  const limit = setTimeout(() => abort.abort('timeout'), TIMEOUT);
  let soon = false;
  try {
    state = await get('api/state', abort.signal);
    answeredAt = new Date();
    silentSince = null;
    showState();
    soon = await pollHistory(abort.signal);
  } catch (error) {
    if (abort.signal.reason !== 'hidden') {
      silentSince = silentSince || new Date();
      silentReason = reasonOf(error, abort.signal);
      refused = error.refused === true;
    }
  } finally {
    clearTimeout(limit);
    polling = null;
    showConnection();
    schedule(soon ? 1000 : POLL);
  }
}

function schedule(delay) {
  clearTimeout(timer);
  if (document.visibilityState === 'visible') timer = setTimeout(poll, delay);
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(timer);
  if (document.visibilityState === 'visible') poll();
  else if (polling) polling.abort('hidden');
});
$('point').addEventListener('input', event => select(Number(event.target.value)));
$('table-details').addEventListener('toggle', showTable);
new ResizeObserver(() => { if ($('charts').clientWidth !== drawnWidth) draw(); }).observe($('charts'));
poll();
