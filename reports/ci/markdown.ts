/** Text that Markdown renders as it is: no markup, no HTML, no line break, no table cell border, no mention. */
export function plain(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/[\\`*_{}[\]()#!|~$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '&#64;')
    .replace(/^([-+]|\d+[.)])(?=\s)/, '\\$1');
}

/** Text as inline code, whatever backticks it holds. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/\|/g, '&#124;');
  if (line !== text || line.includes('`')) return `<code>${line.replace(/&(?!#124;)/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/`/g, '&#96;').replace(/@/g, '&#64;')}</code>`;
  return `\`${text}\``;
}

/** A fenced block with a fence longer than any in the text. */
export function fence(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/** A table; cells are Markdown already. `align` is one of l and r a column. */
export function tableOf(heads: readonly string[], align: string, rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = line([...align].map((side) => (side === 'r' ? '--:' : '---')));
  return [line(heads), rule, ...rows.map(line)].join('\n');
}
