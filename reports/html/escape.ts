/** Markup that is safe to put into a page as it is. Made only by `html` and `raw`. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
  toString(): string {
    return this.markup;
  }
}

/** What a template may hold. Strings and numbers are escaped; false, null and undefined print nothing. */
export type Part = Html | string | number | false | null | undefined | readonly Part[];

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

/** Controls that no document may hold, and bidirectional overrides that make text read as something else. */
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

/** Text with nothing left in it that an HTML or XML parser, or a reader's eye, could take for markup. */
export function escapeText(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"'`]/g, (character) => entities[character]!);
}

/**
 * The only way to make markup: every interpolated string is escaped, so it is safe in text and in quoted attributes.
 * Nested `html` results and arrays of them are kept as they are.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0] ?? '';
  parts.forEach((part, index) => {
    markup += partMarkup(part) + strings[index + 1];
  });
  return new Html(markup);
}

/** Markup of our own making that is not to be escaped (the style sheet). Never for anything that came from a run. */
export function raw(markup: string): Html {
  return new Html(markup);
}

function partMarkup(part: Part): string {
  if (part === false || part === null || part === undefined) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(part);
  return part.map(partMarkup).join('');
}
