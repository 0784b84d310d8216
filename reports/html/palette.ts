/** Colours by role; a test holds every pair in `readablePairs` to WCAG AA in both schemes. */
export interface Palette {
  readonly page: string;
  readonly card: string;
  readonly text: string;
  readonly muted: string;
  readonly rule: string;
  readonly link: string;
  readonly good: string;
  readonly bad: string;
  readonly unsure: string;
  readonly void: string;
  readonly goodTint: string;
  readonly badTint: string;
  readonly unsureTint: string;
  readonly voidTint: string;
  /** lines of the charts */
  readonly all: string;
  readonly ok: string;
  readonly p99: string;
  readonly p95: string;
  readonly p50: string;
  readonly shade: string;
  readonly faultText: string;
}

export const light: Palette = {
  page: '#f6f6f3',
  card: '#ffffff',
  text: '#1b1e22',
  muted: '#5a6068',
  rule: '#e1e1dc',
  link: '#1d5a9e',
  good: '#17693f',
  bad: '#b02318',
  unsure: '#855400',
  void: '#5a4694',
  goodTint: '#e8f3ec',
  badTint: '#fbeae8',
  unsureTint: '#faf0dc',
  voidTint: '#eeebf7',
  all: '#7c8691',
  ok: '#1f62ad',
  p99: '#8a4a9e',
  p95: '#1f62ad',
  p50: '#6f7a85',
  shade: '#d98a1f',
  faultText: '#7a4700',
};

export const dark: Palette = {
  page: '#121417',
  card: '#1a1d21',
  text: '#e9e7e2',
  muted: '#a2a8b0',
  rule: '#31363c',
  link: '#86b8f2',
  good: '#6fd39f',
  bad: '#ff8d82',
  unsure: '#f0bd5c',
  void: '#bdaef5',
  goodTint: '#172a20',
  badTint: '#33191a',
  unsureTint: '#2e2513',
  voidTint: '#25213a',
  all: '#8b949e',
  ok: '#6aa9f0',
  p99: '#cf93e0',
  p95: '#6aa9f0',
  p50: '#9aa4ae',
  shade: '#e0a040',
  faultText: '#f0c27a',
};

/** White text on these in both schemes: the band of the verdict. */
export const bands = { good: '#155f39', bad: '#a3201a', unsure: '#7d4f00', void: '#54418c' } as const;

export const bandText = '#ffffff';

/** Text on ground, as it occurs on the page. */
export const readablePairs: readonly (readonly [text: keyof Palette, ground: keyof Palette])[] = [
  ['text', 'page'],
  ['text', 'card'],
  ['muted', 'page'],
  ['muted', 'card'],
  ['link', 'card'],
  ['good', 'goodTint'],
  ['bad', 'badTint'],
  ['unsure', 'unsureTint'],
  ['void', 'voidTint'],
  ['text', 'badTint'],
  ['text', 'unsureTint'],
  ['text', 'voidTint'],
  ['muted', 'badTint'],
  ['muted', 'unsureTint'],
  ['muted', 'voidTint'],
  ['bad', 'card'],
  ['faultText', 'card'],
];

/** The palette as CSS custom properties, `--good-tint` for goodTint. */
export function customProperties(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${value}`)
    .join(';');
}
