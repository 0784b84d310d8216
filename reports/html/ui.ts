import { html, type Html, type Part } from './escape.ts';

export interface Column {
  readonly head: Part;
  /** numbers are set right, in figures of equal width */
  readonly number?: boolean;
  /** Printed before the value where a row becomes a card on a phone. */
  readonly label?: string;
}

export interface Row {
  /** First cell; it heads the row. */
  readonly head: Part;
  readonly cells: readonly Part[];
  readonly class?: string;
}

/** A table with headers for both directions, in a box of its own that scrolls when the page is narrower than the table. */
export function table(caption: string, columns: readonly Column[], rows: readonly Row[], options: { readonly groups?: Html; readonly class?: string } = {}): Html {
  const align = (index: number): Html | false => columns[index]?.number === true && html` class="n"`;
  const label = (index: number): Html | undefined => (columns[index]?.label === undefined ? undefined : html` data-label="${columns[index].label}"`);
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table${options.class !== undefined && html` class="${options.class}"`}><caption>${caption}</caption><thead>${options.groups}<tr>${columns.map(
    ({ head }, index) => html`<th scope="col"${align(index)}>${head}</th>`,
  )}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr${row.class !== undefined && html` class="${row.class}"`}><th scope="row"${align(0)}>${row.head}</th>${row.cells.map((cell, index) => html`<td${align(index + 1)}${label(index + 1)}>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

/** Names and values, in columns where there is room. */
export function facts(entries: readonly (readonly [name: string, value: Part])[]): Html {
  return html`<dl class="facts">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function section(id: string, title: string, ...body: readonly Part[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}

/** Says in one place that something is not there, and why that matters. */
export function missing(sentence: string): Html {
  return html`<p class="notice">${sentence}</p>`;
}

/** A word fit for an id attribute. */
export function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}
