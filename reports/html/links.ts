import { html, type Html } from './escape.ts';

export interface Links {
  /** Relative URL from the report to the project's root ("../../.."); null: paths are printed, not linked. */
  readonly projectHref: string | null;
}

/** A file of the project as a link where that is safe and known: never a scheme, never an absolute address. */
export function projectLink(path: string, { projectHref }: Links): Html {
  const relative = /^[A-Za-z0-9_][A-Za-z0-9._/#-]*$/.test(path);
  if (projectHref === null || !relative) return html`<code>${path}</code>`;
  return html`<a href="${projectHref}/${path}">${path}</a>`;
}
