import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/**
 * A picture of a page: screenshot.ts FILE.html OUT.png [WIDTH=1280] [--dark] [--print]. OUT.pdf prints it.
 * Fails when the page is wider than the window, and when it asked for anything but itself.
 */
const [file, out, ...rest] = process.argv.slice(2);
if (file === undefined || out === undefined) throw new Error('usage: screenshot.ts FILE.html OUT.png [WIDTH] [--dark] [--print]');
const width = Number(rest.find((argument) => /^\d+$/.test(argument)) ?? 1280);

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: rest.includes('--dark') ? 'dark' : 'light', javaScriptEnabled: true });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  if (rest.includes('--print')) await page.emulateMedia({ media: 'print' });
  await page.goto(pathToFileURL(resolve(file)).href, { waitUntil: 'load', timeout: 15_000 });
  if (out.endsWith('.pdf')) await page.pdf({ path: out, format: 'A4', printBackground: true, margin: { top: '12mm', bottom: '12mm', left: '12mm', right: '12mm' } });
  else await page.screenshot({ path: out, fullPage: true, timeout: 30_000 });
  const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
  const foreign = requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'));
  if (wide > width) throw new Error(`the page is ${wide} px wide in a window of ${width} px`);
  if (foreign.length > 0) throw new Error(`the page asked for ${foreign.join(', ')}`);
} finally {
  await browser.close();
}
