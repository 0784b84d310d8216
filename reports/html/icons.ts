import { html, type Html } from './escape.ts';

/** What a result is said with: colour, shape and word together, never colour alone. */
export type Tone = 'good' | 'bad' | 'unsure' | 'void' | 'quiet';

const shapes: Readonly<Record<Tone, Html>> = {
  good: html`<path d="M4.5 8.4l2.4 2.4l4.8-5.4"/>`,
  bad: html`<path d="M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4"/>`,
  unsure: html`<path d="M5.9 6.3a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.6-.9 1.3M8 11.8v.1"/>`,
  void: html`<path d="M4.6 11.4l6.8-6.8"/>`,
  quiet: html`<path d="M5 8h6"/>`,
};

/** A 16-unit symbol in the colour of the text around it; the word beside it carries the meaning for readers without sight. */
export function icon(tone: Tone): Html {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/>${shapes[tone]}</svg>`;
}

const tones = {
  PASS: 'good',
  FAIL: 'bad',
  INCONCLUSIVE: 'unsure',
  INVALID: 'void',
  MISSING: 'void',
  held: 'good',
  broken: 'bad',
  unchecked: 'void',
} as const satisfies Record<string, Tone>;

export type Result = keyof typeof tones;

export function toneOf(result: Result): Tone {
  return tones[result];
}

/** Symbol and word of a result. */
export function pill(result: Result, word: string = result): Html {
  return html`<span class="pill ${toneOf(result)}">${icon(toneOf(result))}${word}</span>`;
}
