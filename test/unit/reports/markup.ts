export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const voids = new Set(['meta', 'link', 'br', 'hr', 'img', 'input']);

/**
 * The tags of a page of ours, by a reader stricter than a browser: throws when anything between the tags still holds
 * an angle bracket, an attribute is not quoted, or the tags are not nested properly.
 */
export function readMarkup(page: string): readonly Tag[] {
  const body = page.replace(/^<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '').replace(/^<\?xml [^>]*>/, '');
  const tags: Tag[] = [];
  const open: string[] = [];
  const rest = body.replace(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?: [a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)(\/?)>/g, (_, closing: string, name: string, attributes: string, selfClosing: string) => {
    if (closing) {
      if (open.pop() !== name) throw new Error(`</${name}> closes what is not open`);
      return '';
    }
    tags.push({ name, attributes: Object.fromEntries([...attributes.matchAll(/ ([a-zA-Z][a-zA-Z0-9-]*)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [key, value])) });
    if (!selfClosing && !voids.has(name)) open.push(name);
    return '';
  });
  const stray = /.{0,40}[<>].{0,40}/s.exec(rest);
  if (stray) throw new Error(`stray bracket: ${stray[0]}`);
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  return tags;
}
