import { escapeText } from '../html/escape.ts';

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One XML element; attributes and text are escaped, children are elements already. Attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, children: readonly string[] = [], text = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${attributeText(String(value))}"`)
    .join('');
  if (children.length === 0 && text === '') return `<${name}${written}/>`;
  const inner = children.length === 0 ? escapeText(text) : `\n${children.join('\n').replace(/^(?=\s*<)/gm, '  ')}\n`;
  return `<${name}${written}>${inner}</${name}>`;
}

/** Line breaks and tabs in attributes are normalised away by parsers unless they are written as references. */
function attributeText(text: string): string {
  return escapeText(text).replace(/[\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}
