// Drives a page with our collector by real tools and prints what it measured, one run a line.
//
//   node live.mjs FOLDER     FOLDER holds node_modules; scripts/live-bots describes the whole
//
// Everything stays on loopback; each browser gets a new profile that is deleted afterwards.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(resolve(process.argv[2], 'x.js'));
const collector = readFileSync(fileURLToPath(new URL('../signals.js', import.meta.url)));
const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
const driver = process.env.CHROMEDRIVER ?? '/usr/bin/chromedriver';

// Quiet, and the same for people and bots: no flag here may be a signal.
const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-default-browser-check', '--no-proxy-server'];
if (process.getuid() === 0) quiet.push('--no-sandbox');

// Before the collector, as error trackers and analytics do it: the page reads what it logs.
const wrapConsole = `<script>
for (const level of ['debug', 'log', 'error']) {
  const own = console[level];
  console[level] = (...args) => {
    args.map(String);
    args.map(arg => arg && arg.stack);
    return own.apply(console, args);
  };
}
Error.prepareStackTrace = (error, frames) => String(error) + frames.length;
</script>`;

const page = before => `<!doctype html><html lang="en"><title>shop</title>${before}<script src="/signals.js"></script>
<h1>Shop</h1><input id="name"><button id="buy">Buy</button><p id="state">open</p><script>
const send = async () => {
  const signals = await predispatchSignals.collect();
  await fetch('/signals' + location.search, { method: 'POST', body: JSON.stringify(signals) });
  document.getElementById('state').textContent = 'sent';
};
document.getElementById('buy').addEventListener('click', send);
if (new URLSearchParams(location.search).has('unattended')) setTimeout(send, 1500);
</script>`;

const headers = new Map();
const signals = new Map();
const waiting = new Map();

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  const run = url.searchParams.get('run');
  if (url.pathname === '/signals.js') {
    response.setHeader('content-type', 'text/javascript').end(collector);
  } else if (url.pathname === '/signals') {
    let body = '';
    request.on('data', part => { body += part; });
    request.on('end', () => {
      signals.set(run, JSON.parse(body));
      response.end();
      waiting.get(run)?.();
    });
  } else if (url.pathname === '/' && run) {
    const list = [];
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      list.push([request.rawHeaders[at], request.rawHeaders[at + 1]]);
    }
    headers.set(run, { method: 'GET', http_version: request.httpVersion, list });
    response.setHeader('content-type', 'text/html').end(page(run.endsWith('wrapped_console') ? wrapConsole : ''));
  } else {
    response.writeHead(404).end();
  }
});
await new Promise(done => { server.listen(0, '127.0.0.1', done); });
const address = (run, more = '') => `http://127.0.0.1:${server.address().port}/?run=${run}${more}`;

// Unattended: the browser opens the page and nobody does anything.
async function unattended(run, flags, display) {
  const child = spawn(browser, [...quiet, ...flags, `--user-data-dir=${profile}`, address(run, '&unattended')],
    { stdio: 'ignore', env: { ...process.env, DISPLAY: display } });
  try {
    await arrived(run);
  } finally {
    child.kill();
    await new Promise(done => { if (child.exitCode === null && child.signalCode === null) child.on('exit', done); else done(); });
  }
}

async function selenium(run, flags) {
  const { Builder, By, until } = require('selenium-webdriver');
  const chrome = require('selenium-webdriver/chrome');
  const options = new chrome.Options().addArguments(...quiet, ...flags, `--user-data-dir=${profile}`);
  options.setChromeBinaryPath(browser);
  const session = await new Builder().forBrowser('chrome').setChromeOptions(options)
    .setChromeService(new chrome.ServiceBuilder(driver)).build();
  try {
    await session.get(address(run));
    await session.findElement(By.id('name')).sendKeys('Ada');
    await session.findElement(By.id('buy')).click();
    await session.wait(until.elementTextIs(session.findElement(By.id('state')), 'sent'), 10_000);
  } finally {
    await session.quit();
  }
}

async function playwright(run, headless) {
  const { chromium } = require('playwright-core');
  const context = await chromium.launchPersistentContext(profile, { executablePath: browser, headless, args: quiet });
  try {
    const tab = context.pages()[0] ?? await context.newPage();
    await tab.goto(address(run));
    await tab.type('#name', 'Ada');
    await tab.click('#buy');
    await tab.waitForSelector('text=sent');
  } finally {
    await context.close();
  }
}

async function puppeteer(run, headless) {
  const session = await require('puppeteer-core').launch(
    { executablePath: browser, headless, args: quiet, userDataDir: profile });
  try {
    const tab = (await session.pages())[0] ?? await session.newPage();
    await tab.goto(address(run));
    await tab.type('#name', 'Ada');
    await tab.click('#buy');
    await tab.waitForFunction(() => document.getElementById('state').textContent === 'sent');
  } finally {
    await session.close();
  }
}

function arrived(run) {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`${run}: nothing came within 30 s`)), 30_000);
    waiting.set(run, () => { clearTimeout(timer); done(); });
  });
}

const display = process.env.DISPLAY;
const runs = {
  human_headed: () => unattended('human_headed', [], display),
  human_headed_wrapped_console: () => unattended('human_headed_wrapped_console', [], display),
  puppeteer_wrapped_console: () => puppeteer('puppeteer_wrapped_console', false),
  chromium_headless: () => unattended('chromium_headless', ['--headless=new'], display),
  selenium_headless: () => selenium('selenium_headless', ['--headless=new']),
  selenium_headed: () => selenium('selenium_headed', []),
  playwright_headless: () => playwright('playwright_headless', true),
  playwright_headed: () => playwright('playwright_headed', false),
  puppeteer_headless: () => puppeteer('puppeteer_headless', true),
  puppeteer_headed: () => puppeteer('puppeteer_headed', false),
};

let profile;
for (const [run, drive] of Object.entries(runs)) {
  profile = mkdtempSync(join(tmpdir(), 'live-bots-'));
  try {
    await drive();
    console.log(JSON.stringify({ run, headers: { document: headers.get(run) }, signals: signals.get(run) }));
  } finally {
    try {
      rmSync(profile, { recursive: true, force: true, maxRetries: 30, retryDelay: 100 });
    } catch (error) {
      // A browser's helper may still be writing there. That says nothing about the collector.
      console.error(`left behind: ${profile} (${error.code})`);
    }
  }
}
server.close();
server.closeAllConnections();
