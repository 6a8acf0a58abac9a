// Checks the live page in Chromium. Usage: node page.mjs REPOSITORY DATA-DIRECTORY ALREADY-PASSED
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [repository, data, already] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env.SCREENSHOTS;
let passed = Number(already), failed = 0;

function check(sentence, holds, detail) {
  if (holds) passed++; else failed++;
  console.log(`  ${holds ? 'ok     ' : 'FAILED '} ${sentence}${holds || detail === undefined ? '' : `: ${JSON.stringify(detail)}`}`);
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const children = [];
async function startHost(port) {
  const host = spawn('dotnet', [`${repository}/tests/LoadShaper.PageHost/bin/Release/net10.0/page-host.dll`, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(host);
  await once(host.stdout, 'data');
  return host;
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

// A page with everything that must not happen on it recorded.
async function open(context, url) {
  const page = await context.newPage();
  const seen = { console: [], elsewhere: [], requests: [] };
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) seen.console.push(message.text()); });
  page.on('pageerror', error => seen.console.push(String(error)));
  page.on('request', request => {
    seen.requests.push(new URL(request.url()).pathname);
    if (!request.url().startsWith('data:') && new URL(request.url()).host !== new URL(url).host) seen.elsewhere.push(request.url());
  });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', event => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  const answer = await page.goto(url);
  return { page, seen, answer };
}

const HEADLINES = {
  'starting': /^Not known yet\. LoadShaper has started/,
  'first-hour': /^Not known yet: 0\.4 % of seven days seen\. \d+ more minutes at or above 20 % are needed\.$/,
  'first-day': /^Not known yet: 11 % of seven days seen\. What was seen is enough so far\. If LoadShaper stopped now, this VM would become reclaimable on \d+ \w+ at \d\d:00 UTC\.$/,
  'safe': /^Safe\. If LoadShaper stopped now, this VM would become reclaimable on \d+ \w+ at \d\d:00 UTC\.$/,
  'blocks': /^Safe\./,
  'memory': /^Safe\./,
  'at-risk': /^At risk\. Every metric that counts is under Oracle's threshold of 20 %: Oracle may reclaim this VM\. \d+ more minutes/,
  'yielding': /^Safe\./,
  'lost-journal': /^Safe\./,
  'silent': /^Not known: LoadShaper has decided nothing since/,
};
// What else each state must say: an element and its text.
const SAYS = {
  'first-hour': ['#progress-label', /^0\.4 % of the 7 days seen/],
  'first-day': ['#progress-label', /^11 % of the 7 days seen/],
  'safe': ['#reason', /^CPU protects this VM: \d/],
  'memory': ['#decision', /memory protects this VM/],
  'at-risk': ['#problems', /Memory pressure \(97 % of time stalled\).*Fix: Find the control group/s],
  'yielding': ['#decision', /No load now: other work needs the machine \(other processes' CPU 9/],
  'lost-journal': ['#problems', /Decisions are not recorded: SQLite Error 13.*Fix: Free space.*Part of the record was lost/s],
  'silent': ['#decision', /Nothing is decided now/],
};

// Seen in two of the four looks: they differ from the others in words alone.
const TWICE = ['starting', 'first-day', 'blocks', 'memory', 'silent'];

async function states(browser, port) {
  for (const width of [360, 1280])
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, timezoneId: 'Europe/Berlin', locale: 'en-GB' });
      for (const [name, headline] of Object.entries(HEADLINES)) {
        if (TWICE.includes(name) && (width === 360) === (colorScheme === 'dark')) continue;
        const { page, seen } = await open(context, `http://127.0.0.1:${port}/${name}/`);
        await page.waitForSelector('#chart-others svg.chart');
        const found = await page.evaluate(() => ({
          headline: document.getElementById('headline').textContent,
          overflow: document.scrollingElement.scrollWidth - window.innerWidth,
          charts: document.querySelectorAll('svg.chart[aria-label]').length,
          silent: !document.getElementById('silent').hidden,
          violations: window.violations,
        }));
        const said = SAYS[name] ? await page.textContent(SAYS[name][0]) : '';
        const wrong = [
          headline.test(found.headline) ? null : `headline "${found.headline}"`,
          SAYS[name] && !SAYS[name][1].test(said) ? `${SAYS[name][0]} says "${said}"` : null,
          found.overflow > 0 ? `${found.overflow} px too wide` : null,
          found.charts === 6 ? null : `${found.charts} charts`,
          found.silent ? 'reports no answer' : null,
          ...found.violations, ...seen.console, ...seen.elsewhere,
        ].filter(Boolean);
        if (shots) await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png`, fullPage: true });
        // Contrast and names, in light for every other state and in dark for the rest.
        if ((width === 360) && (colorScheme === 'light') === (name.length % 2 === 0) || TWICE.includes(name) && width === 1280) {
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
          wrong.push(...violations.map(violation => `${violation.id}: ${violation.nodes.slice(0, 3).map(node => node.target.join(' ')).join(', ')}`));
        }
        check(`${name} at ${width} px, ${colorScheme}: headline, charts, nothing too wide, no error, no foreign request`, wrong.length === 0, wrong);
        await page.close();
      }
      await context.close();
    }
}

async function keyboard(browser, port) {
  const context = await browser.newContext({ viewport: { width: 360, height: 900 } });
  const { page } = await open(context, `http://127.0.0.1:${port}/yielding/`);
  await page.waitForSelector('#chart-others svg.chart');
  await page.keyboard.press('Tab');
  check('the first stop of the keyboard skips to the charts', await page.evaluate(() => document.activeElement.className) === 'skip');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  check('behind it is the point in time', await page.evaluate(() => document.activeElement.id) === 'point');
  const last = await page.textContent('#readout');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
  const earlier = await page.textContent('#readout');
  check('an arrow key moves the point and its text', last !== earlier && /P95 \d/.test(earlier), [last, earlier]);
  check('a screen reader gets the same text', await page.getAttribute('#point', 'aria-valuetext') === earlier);
  check('every chart shows the point', await page.evaluate(() => [...document.querySelectorAll('.cross')].every(cross => cross.getAttribute('d') !== '')));
  await page.keyboard.press('End');
  check('the gate is in the text', /Gate closed \d+ % of the time \(.*other processes' CPU/.test(await page.textContent('#readout')), await page.textContent('#readout'));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  // The rows are made when the browser reports that the table was opened.
  await page.waitForSelector('#points tbody tr', { timeout: 10000 }).catch(() => {});
  const rows = await page.locator('#points tbody tr').count();
  check('the table has every half hour of seven days', rows === 337, rows);
  check('and makes nothing too wide', await page.evaluate(() => document.scrollingElement.scrollWidth <= window.innerWidth));
  await context.close();
}

// Time of the page is virtual: nothing is waited for.
async function polling(browser, port) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.clock.install();
  const asked = [];
  page.on('request', request => { if (request.url().includes('/api/')) asked.push(new URL(request.url()).pathname); });
  await page.goto(`http://127.0.0.1:${port}/safe/`);
  await page.waitForSelector('#chart-others svg.chart');
  asked.length = 0;
  const next = page.waitForResponse(response => response.url().endsWith('/api/state'));
  await page.clock.runFor(5100);
  await next;
  check('a visible page asks again after 5 s, for the state alone', asked.join() === '/safe/api/state', asked);

  const become = visibility => page.evaluate(value => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visibility);
  await become('hidden');
  asked.length = 0;
  await page.clock.runFor(600_000);
  check('a hidden page asks nothing in ten minutes', asked.length === 0, asked);
  const again = page.waitForResponse(response => response.url().endsWith('/api/history'));
  await become('visible');
  await again;
  check('and asks at once when it is visible again', asked.includes('/safe/api/state') && asked.includes('/safe/api/history'), asked);
  await context.close();
}

async function gone(browser) {
  const port = await freePort();
  let host = await startHost(port);
  const context = await browser.newContext({ viewport: { width: 360, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`http://127.0.0.1:${port}/safe/`);
  await page.waitForSelector('#chart-others svg.chart');
  await stop(host);
  await page.clock.runFor(6000);
  await page.waitForSelector('#silent:not([hidden])');
  const text = await page.textContent('#silent');
  check('a daemon that is gone is reported with the time of its last answer', /^No answer from LoadShaper since \d\d:\d\d:\d\d \(no connection\)\. What you see below is of that time\./.test(text), text);
  check('and in the title', (await page.title()) === 'No answer · LoadShaper', await page.title());
  check('the last state stays readable', (await page.textContent('#headline')).startsWith('Safe.'));
  check('and nothing is too wide', await page.evaluate(() => document.scrollingElement.scrollWidth <= window.innerWidth));
  if (shots) await page.screenshot({ path: `${shots}/gone-360-light.png`, fullPage: true });
  host = await startHost(port);
  await page.clock.runFor(6000);
  await page.waitForSelector('#silent', { state: 'hidden' });
  check('it is shown again when it answers', /^SAFE · /.test(await page.title()), await page.title());
  await stop(host);
  await context.close();
}

// A refusal is an answer, and charts that fail leave the state as it is.
async function refused(browser, port) {
  const context = await browser.newContext({ viewport: { width: 360, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.clock.install();
  const refusal = status => ({ status, json: { status: 'throttled', problem: 'too many requests', fix: 'try again in a second' } });
  await page.route('**/api/history', route => route.fulfill(refusal(503)));
  await page.goto(`http://127.0.0.1:${port}/safe/`);
  await page.waitForFunction(() => document.getElementById('freshness').textContent.includes('charts'));
  const freshness = await page.textContent('#freshness');
  check('charts that fail are reported with the reason', /The charts are not up to date \(too many requests\)\.$/.test(freshness), freshness);
  check('and the state is shown as present', await page.isHidden('#silent') && /^SAFE · /.test(await page.title()), await page.title());
  await page.route('**/api/state', route => route.fulfill(refusal(429)));
  await page.clock.runFor(6000);
  await page.waitForSelector('#silent:not([hidden])');
  const text = await page.textContent('#silent');
  check('a refused state is no daemon that is gone', /^LoadShaper runs but gives no state since \d\d:\d\d:\d\d \(too many requests\)\./.test(text) && !text.includes('does not run'), text);
  check('and nothing is too wide', await page.evaluate(() => document.scrollingElement.scrollWidth <= window.innerWidth));
  await page.unroute('**/api/history');
  await page.unroute('**/api/state');
  await page.clock.runFor(6000);
  await page.waitForSelector('#chart-others svg.chart');
  await page.waitForFunction(() => !document.getElementById('freshness').textContent.includes('charts'));
  check('both are shown again when they are answered', await page.isHidden('#silent') && /^SAFE · /.test(await page.title()), await page.title());
  await context.close();
}

async function fleet(browser, port) {
  const context = await browser.newContext({ viewport: { width: 360, height: 900 } });
  const page = await context.newPage();
  await page.route('**/api/state', async route => {
    const answer = await route.fetch(), state = await answer.json();
    state.fleet = [
      { name: 'vm-frankfurt-2', reachable: true, status: 'healthy', verdict: 'SAFE', margin_points: 4.2, turns_at: '2026-12-04T08:00:00Z', version: '0.1.0', answered_at: '2026-11-28T12:05:00Z', problem: null },
      { name: '<img src=x onerror=alert(1)>', reachable: false, status: null, verdict: null, margin_points: null, turns_at: null, version: null, answered_at: '2026-11-28T12:00:00Z', problem: 'connection refused' },
    ];
    await route.fulfill({ json: state });
  });
  await page.goto(`http://127.0.0.1:${port}/safe/`);
  await page.waitForSelector('#fleet tr');
  const rows = await page.locator('#fleet tr').allTextContents();
  check('a fleet is shown', rows.length === 2 && /vm-frankfurt-2SAFE4\.2Fri 4 Dec 08:00 UTC/.test(rows[0]) && /no answer since Sat 28 Nov 12:00 UTC \(connection refused\)/.test(rows[1]), rows);
  check('a name is text, never markup', await page.locator('#fleet img').count() === 0);
  check('and nothing is too wide', await page.evaluate(() => document.scrollingElement.scrollWidth <= window.innerWidth));
  await context.close();
}

async function policy(browser, port) {
  const context = await browser.newContext();
  const { page, answer } = await open(context, `http://127.0.0.1:${port}/safe/`);
  const policy = answer.headers()['content-security-policy'] || '';
  check('the policy has hashes and nothing unsafe', /script-src 'sha256-/.test(policy) && !policy.includes('unsafe') && policy.includes("default-src 'none'"), policy);
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    try { script.textContent = 'window.injected = true'; document.body.append(script); } catch { /* trusted types */ }
    return window.injected === true;
  });
  check('an injected script does not run', !ran);
  const url = `http://127.0.0.1:${port}/safe/api/state`;
  const first = await fetch(url), tag = first.headers.get('etag');
  const second = await fetch(url, { headers: { 'If-None-Match': tag } });
  check('an unchanged state is 304 without a body', second.status === 304 && (await second.text()) === '', second.status);
  const post = await fetch(url, { method: 'POST' });
  check('other methods are refused', post.status === 405 && post.headers.get('allow') === 'GET, HEAD', post.status);
  await context.close();
}

async function realDaemon(browser) {
  const port = await freePort();
  const daemon = spawn('dotnet', [`${repository}/src/LoadShaper.Cli/bin/Release/net10.0/loadshaper.dll`, 'run', '--data-dir', data],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, HEALTH_PORT: String(port), CONTROL_PERIOD_SEC: '1', CPU_P95_SLOT_DURATION_SEC: '10' } });
  children.push(daemon);
  const url = `http://127.0.0.1:${port}/`;
  for (let i = 0; i < 150; i++) {
    const verdict = await fetch(`${url}api/state`).then(answer => answer.ok ? answer.json() : null).then(state => state?.verdict.minutes_needed, () => null);
    if (typeof verdict === 'number') break;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  const context = await browser.newContext({ viewport: { width: 360, height: 900 } });
  const { page, seen } = await open(context, url);
  await page.waitForSelector('#chart-others svg.chart');
  const headline = await page.textContent('#headline');
  check('the real daemon shows its verdict', /^Not known yet/.test(headline), headline);
  check('its decision', (await page.textContent('#decision')).length > 20);
  check('and its CPU use', /CPU now\d+\.\d %/.test(await page.textContent('#now')), await page.textContent('#now'));
  check('without an error or a request elsewhere', seen.console.length + seen.elsewhere.length === 0, seen);
  const history = await (await fetch(`${url}api/history`)).json();
  check('its history has the half hours of seven days', history.seen_minutes.length === 337, history.seen_minutes.length);
  if (shots) await page.screenshot({ path: `${shots}/daemon-360-light.png`, fullPage: true });
  await context.close();
  daemon.kill('SIGTERM');
  await once(daemon, 'exit');
  check('and it ends in order', daemon.exitCode === 0, daemon.exitCode);
}

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const port = await freePort();
  await startHost(port);
  for (const part of [states, keyboard, polling, refused, fleet, policy]) await part(browser, port);
  await gone(browser);
  await realDaemon(browser);
} catch (error) {
  check('the checks get to their end', false, String(error.stack || error));
} finally {
  await browser.close();
  for (const child of children) await stop(child);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
