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
    plots: [...document.querySelectorAll('.plot > svg')].filter((svg) => svg.getClientRects().length > 0)
      .map((svg) => svg.getBoundingClientRect().width),
    ground: getComputedStyle(document.body).backgroundColor,
  };
}

async function open(browser, file, colorScheme, view, options = {}) {
  const viewport = { width: view.width, height: view.height };
  const context = await browser.newContext({ colorScheme, viewport, ...options });
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

// What the page's script adds.

const report = join(folder, 'report.html');
const story = join(folder, 'story.html');
const many = join(folder, 'report-many.html');
const wide = views[0];

/** Opens a page, does something with it, and expects no complaint. */
async function use(file, action, { view = wide, ...options } = {}) {
  const { context, page, complaints } = await open(browser, file, 'light', view, options);
  await action(page);
  await context.close();
  assert.deepEqual(complaints, []);
}

const figure = (page, index = 0) => page.locator('figure.curves').nth(index);
const plots = (page, index = 0) => figure(page, index).locator('.live .plot > svg');
const button = (page, name) => figure(page).getByRole('button', { name, exact: true });
const tips = (page, index = 0) => figure(page, index).locator('.tip:visible').allInnerTexts();

/** The numbers along the horizontal axis. */
const ticks = (page) => plots(page).first().locator('text[text-anchor=middle]').allTextContents();

/** Where the dot of the n-th epoch of the first series is on the screen. */
async function placeOf(page, n, index = 0) {
  const svg = plots(page, index).first();
  await svg.scrollIntoViewIfNeeded();
  const box = await svg.locator('circle.dot').nth(n).boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** The row of an epoch in the page's table: epoch, loss, accuracy, val loss, val accuracy, ... */
const rowOf = (page, epoch) => page.locator('section:has(> h2:text-is("Epochs")) tbody tr').nth(epoch - 1)
  .locator('td').allTextContents();

async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, from.y);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
}

test('a crosshair shows the numbers of the epoch in all plots at once', () => use(report, async (page) => {
  for (const epoch of [1, 8, 15]) {
    const at = await placeOf(page, epoch - 1);
    await page.mouse.move(at.x + 2, at.y + 20);
    const [, loss, accuracy, valLoss, valAccuracy] = await rowOf(page, epoch);
    const [left, right] = (await tips(page)).map((tip) => tip.split(/\n+/));
    assert.deepEqual(left, [`Epoch ${epoch}`, 'training', accuracy, 'validation', valAccuracy]);
    assert.equal(right[0], `Epoch ${epoch}`);
    for (const [shown, rounded] of [[right[2], loss], [right[4], valLoss]])
      assert.ok(Math.abs(shown - rounded) < 0.00056, `${shown} is not ${rounded}`);
    assert.equal(await figure(page).locator('.cross').count(), 2);
    for (const card of await figure(page).locator('.live .plot').all()) {
      const [outer, inner] = [await card.boundingBox(), await card.locator('.tip').boundingBox()];
      assert.ok(inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width, `epoch ${epoch}: the tip leaves its card`);
    }
  }
  await page.mouse.move(2, 2);
  assert.deepEqual(await tips(page), []);
}));

test('the legend switches series off and on', () => use(report, async (page) => {
  const lines = () => plots(page).locator('path.line').count();
  assert.equal(await lines(), 4);
  await button(page, 'validation').click();
  assert.equal(await lines(), 2);
  assert.equal(await plots(page).locator('.dashed').count(), 0);
  assert.equal(await button(page, 'validation').getAttribute('aria-pressed'), 'false');
  await button(page, 'training').click();
  assert.equal(await lines(), 0);
  await button(page, 'training').click();
  await button(page, 'validation').click();
  assert.equal(await lines(), 4);
}));

test('in a figure of two runs the legend switches runs', () => use(story, async (page) => {
  const lines = () => plots(page, 1).locator('path.line').count();
  assert.equal(await lines(), 8);
  await figure(page, 1).getByRole('button', { name: 'article', exact: true }).click();
  assert.equal(await lines(), 4);
  const at = await placeOf(page, 4, 1);
  await page.mouse.move(at.x, at.y);
  assert.match((await tips(page, 1))[0],
    /^Epoch 5\s+training \/ validation\s+article-regularized\s+[\d.]+ % \/ [\d.]+ %$/);
}));

test('further columns can be chosen', () => use(report, async (page) => {
  assert.equal(await plots(page).count(), 2);
  await button(page, 'Learning rate').click();
  assert.equal(await plots(page).count(), 3);
  await button(page, 'Accuracy').click();
  const at = await placeOf(page, 2);
  await page.mouse.move(at.x, at.y);
  assert.match((await tips(page))[1], /^Epoch 3\s+Learning rate\s+0\.001$/);
}));

test('dragging zooms and a double click or the button shows all again', () => use(report, async (page) => {
  const whole = await ticks(page), all = button(page, 'Show all epochs');
  assert.equal(await all.isVisible(), false);
  for (const reset of [() => plots(page).first().dblclick(), () => all.click()]) {
    await drag(page, await placeOf(page, 3), await placeOf(page, 8));
    assert.deepEqual(await ticks(page), ['4', '5', '6', '7', '8', '9', 'epoch']);
    assert.equal(await all.isVisible(), true);
    await reset();
    assert.deepEqual(await ticks(page), whole);
    assert.equal(await all.isVisible(), false);
  }
}));

test('the curves answer to keys', () => use(report, async (page) => {
  await figure(page).locator('.live .plots').focus();
  const epoch = async () => (await tips(page)).map((tip) => tip.split('\n')[0]);
  for (const [key, expected] of [['ArrowRight', 1], ['ArrowRight', 2], ['End', 15], ['ArrowRight', 15], ['ArrowLeft', 14],
    ['Home', 1]]) {
    await page.keyboard.press(key);
    assert.deepEqual(await epoch(), [`Epoch ${expected}`, `Epoch ${expected}`], key);
  }
  assert.match(await figure(page).locator('output').textContent(),
    /^Epoch 1\. Accuracy: training 5\d\.\d %, validation 5\d\.\d %\. Loss: training 0\.\d+, validation 0\.\d+\.$/);
  const whole = await ticks(page);
  await page.keyboard.press('+');
  assert.notDeepEqual(await ticks(page), whole);
  assert.deepEqual(await epoch(), ['Epoch 1', 'Epoch 1']);
  await page.keyboard.press('Escape');
  assert.deepEqual(await ticks(page), whole);
}));

test('a finger on the curves shows an epoch', () => use(report, async (page) => {
  const at = await placeOf(page, 6);
  await page.touchscreen.tap(at.x, at.y);
  assert.deepEqual((await tips(page)).map((tip) => tip.split('\n')[0]), ['Epoch 7', 'Epoch 7']);
}, { view: views[1], hasTouch: true, isMobile: true }));

/** Figures below the confusion matrix that can be seen, all of them loaded. */
async function cellPictures(page) {
  const images = page.locator('.confusion .evaluated img:visible');
  const broken = await images.evaluateAll((all) => all.filter((image) => !image.complete || !image.naturalWidth).length);
  assert.equal(broken, 0);
  return images.count();
}

test('a cell of the confusion matrix opens its pictures and closes them', () => use(report, async (page) => {
  const cell = (name) => page.locator(`.confusion button[data-cell="${name}"]`);
  const summaries = () => page.locator('.cells details[open] > summary:visible').allTextContents();
  const opened = async (expected) => {
    const texts = await summaries();
    assert.equal(texts.length, 1);
    assert.match(texts[0], expected);
  };
  assert.equal(await cellPictures(page), 0);
  await cell('0-1').click();
  assert.equal(await cellPictures(page), 12);
  await opened(/^cats.*dogs: 140 pictures\b.*\b12\b/);
  const sure = (await page.locator('.cells figcaption b:visible').allTextContents()).map(parseFloat);
  assert.deepEqual(sure, [...sure].sort((a, b) => b - a), 'the surest are not first');
  await cell('1-1').focus();
  await page.keyboard.press('Enter');
  await opened(/^dogs.*: 360 pictures\b.*\b12\b/);
  assert.equal(await cell('0-1').getAttribute('aria-expanded'), 'false');
  await cell('1-1').click();
  assert.equal(await cellPictures(page), 0);
}));

test('of many classes the most confused pairs and the drawing open pictures', () => use(many, async (page) => {
  const pair = page.locator('.confusion tbody button').first();
  await pair.click();
  assert.ok(await cellPictures(page) > 0);
  await pair.click();
  const square = page.locator('svg.matrix rect[data-cell="7-7"]');
  assert.match(await square.locator('title').textContent(), /^class <7>.*: 32 \(64\.0 %\)$/);
  await square.click();
  assert.ok(await cellPictures(page) > 0);
  const box = await page.locator('svg.matrix').boundingBox();
  assert.ok(box.width > 250 && Math.abs(box.width - box.height) < 4, 'the drawing is not a square');
}, { view: views[1] }));

test('without scripts the page is whole', () => use(report, async (page) => {
  assert.equal(await page.locator('.still .plot > svg:visible').count(), 2);
  assert.equal(await page.locator('.confusion button:enabled').count(), 0);
  await page.locator('.cells > summary').click();
  await page.locator('.cells details > summary').first().click();
  assert.equal(await page.locator('.cells img:visible').count(), 12);
}, { javaScriptEnabled: false }));

test('on paper are the drawings of gnuplot', () => use(report, async (page) => {
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.still .plot > svg:visible').count(), 2);
  assert.equal(await page.locator('.live:visible').count(), 0);
  const ink = await page.evaluate(() => getComputedStyle(document.body).color);
  assert.equal(ink, 'rgb(34, 38, 42)', 'dark ink on white paper');
}, { colorScheme: 'dark' }));
