// Opens every page of a folder in chromium, light and dark, wide and on a phone, and looks for what a reader would mind.
//   node report_page_test.mjs FOLDER [SCREENSHOTS]       CHROMIUM names the browser (default: chromium in PATH)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

const { chromium } = await import('playwright-core').catch(() => {
  console.log('SKIPPED: needs playwright-core, which npm could not install');
  process.exit(0);
});

const folder = resolve(process.argv[2] ?? '.');
const screenshots = process.argv[3];
const pages = readdirSync(folder).filter((name) => name.endsWith('.html')).map((name) => join(folder, name));
const views = [
  { name: 'wide', width: 1280, height: 900 },
  { name: 'phone', width: 390, height: 844 },
  { name: 'small-phone', width: 320, height: 640 },
];

function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  return execFileSync('sh', ['-c', 'command -v chromium || command -v chromium-browser || command -v google-chrome'])
    .toString().trim();
}

/** Runs in the page: everything about it that can be measured there. */
function inspectPage() {
  const luminance = ([r, g, b]) => {
    const linear = [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const over = (top, ground) => {
    const alpha = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map((i) => top[i] * alpha + ground[i] * (1 - alpha));
  };
  const groundOf = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(channels(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((ground, layer) => over(layer, ground), [255, 255, 255]);
  };
  const contrast = (element) => {
    const style = getComputedStyle(element);
    const ink = channels(element.closest('svg') ? style.fill : style.color);
    const [a, b] = [luminance(over(ink, groundOf(element))), luminance(groundOf(element))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const shown = [...document.body.querySelectorAll('*')].filter(
    (element) => hasText(element) && element.getClientRects().length > 0 && !['title', 'desc'].includes(element.tagName));
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  return {
    faint: shown.filter((element) => contrast(element) < 4.5)
      .map((element) => `${element.tagName} "${element.textContent.trim().slice(0, 40)}" ${contrast(element).toFixed(2)}`),
    brokenImages: [...document.images].filter((image) => !image.complete || image.naturalWidth === 0).length,
    imagesWithoutText: [...document.images].filter((image) => !image.alt).length,
    images: document.images.length,
    headings: document.querySelectorAll('h1').length,
    repeatedIds: ids.filter((id, index) => ids.indexOf(id) !== index),
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
    plots: [...document.querySelectorAll('.plot svg')].map((svg) => svg.getBoundingClientRect().width),
    ground: getComputedStyle(document.body).backgroundColor,
  };
}

async function open(browser, file, colorScheme, view) {
  const context = await browser.newContext({ colorScheme, viewport: { width: view.width, height: view.height } });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith('data:') && url !== pathToFileURL(file).href) complaints.push(`request: ${url}`);
  });
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  return { context, page, complaints };
}

async function checkPage(browser, file, colorScheme, view) {
  const { context, page, complaints } = await open(browser, file, colorScheme, view);
  await page.evaluate(() => document.querySelectorAll('details').forEach((element) => { element.open = true; }));
  const seen = await page.evaluate(inspectPage);
  if (screenshots) {
    await page.evaluate(() => document.querySelectorAll('details').forEach((element) => { element.open = false; }));
    const name = `${basename(file, '.html')}-${view.name}-${colorScheme}.png`;
    await page.screenshot({ path: join(screenshots, name), fullPage: true });
  }
  await context.close();
  assert.deepEqual(complaints, []);
  assert.deepEqual(seen.faint, [], 'text with too little contrast');
  assert.deepEqual(seen.repeatedIds, [], 'ids that are not unique');
  assert.ok(seen.images >= 2, 'pictures are missing');
  assert.equal(seen.brokenImages, 0, 'pictures that did not load');
  assert.equal(seen.imagesWithoutText, 0, 'pictures without alternative text');
  assert.equal(seen.headings, 1, 'one main heading');
  assert.ok(seen.scrollWidth <= seen.clientWidth, `scrolls sideways: ${seen.scrollWidth} > ${seen.clientWidth}`);
  assert.ok(seen.plots.length >= 2 && seen.plots.every((width) => width > 220), `plots too small: ${seen.plots}`);
  return seen;
}

const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox', '--disable-gpu'] });
if (screenshots) mkdirSync(screenshots, { recursive: true });
test.after(() => browser.close());

test('there are pages to open', () => assert.ok(pages.length > 0, `no .html file in ${folder}`));

for (const file of pages) {
  for (const view of views) {
    test(`${basename(file)} at ${view.width} pixels`, async () => {
      const light = await checkPage(browser, file, 'light', view);
      const dark = await checkPage(browser, file, 'dark', view);
      assert.notEqual(light.ground, dark.ground, 'dark looks like light');
    });
  }
}
