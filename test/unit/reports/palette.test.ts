import { expect, test } from 'vitest';
import { escapeText, html, raw } from '../../../reports/html/escape.ts';
import { bands, bandText, dark, light, readablePairs } from '../../../reports/html/palette.ts';

/** WCAG 2.2: relative luminance and contrast of two colours written #rrggbb. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, blue = 0] = [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

test.each([['light', light], ['dark', dark]] as const)('all text meets contrast AA in the %s scheme', (_, palette) => {
  const weak = readablePairs.map(([text, ground]) => ({ text, ground, ratio: contrast(palette[text], palette[ground]) })).filter(({ ratio }) => ratio < 4.5);
  expect(weak).toEqual([]);
});

test.each([['light', light], ['dark', dark]] as const)('lines and marks of charts stand out by 3 : 1 in the %s scheme', (_, palette) => {
  const weak = (['all', 'ok', 'p50', 'p95', 'p99', 'good', 'bad', 'void'] as const).filter((name) => contrast(palette[name], palette.card) < 3);
  expect(weak).toEqual([]);
});

test('the text on the band of the verdict meets contrast AA', () => {
  for (const ground of Object.values(bands)) expect(contrast(bandText, ground)).toBeGreaterThanOrEqual(4.5);
});

test('a template escapes strings, keeps markup, and drops what is not there', () => {
  const part = html`<b>${'<i>'}</b>`;
  expect(html`<p title="${`"'><`}">${part}${[part, 'x & y']}${null}${undefined}${false}${0}</p>`.markup).toBe('<p title="&quot;&#39;&gt;&lt;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>x &amp; y0</p>');
  expect(html`${raw('<hr>')}`.markup).toBe('<hr>');
});

test('an object that only looks like markup is refused', () => {
  const forged = JSON.parse('{"markup":"<script>"}') as never;
  expect(() => html`${forged}`).toThrow();
  expect(escapeText('a\u0000\u202eb')).toBe('a\ufffd\ufffdb');
});
