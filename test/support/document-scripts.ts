import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../documents');

export interface DocumentScript {
  /** as the document numbers it */
  readonly number: number;
  readonly title: string;
  /** the text of the code block, to the letter */
  readonly printed: string;
  /** what k6 is given: the printed text, after what it takes for given */
  readonly runnable: string;
}

/** The k6 scripts of the load test plan. Throws when the document has not the four it had. */
export function documentScripts(): DocumentScript[] {
  const plan = readFileSync(resolve(folder, 'load-test-plan.md'), 'utf8');
  const given = readFileSync(resolve(folder, 'given.js'), 'utf8');
  const blocks = [...plan.matchAll(/^#### Scenario (\d): (.+)$\n+```javascript\n([\s\S]*?)^```$/gm)];
  const imports = [...(blocks[0]?.[3] ?? '').matchAll(/^import .+$/gm)].map(([line]) => line).join('\n');
  const scripts = blocks.map(([, number, title = '', printed = '']) => ({
    number: Number(number),
    title,
    printed,
    runnable: printed.includes('import http') ? printed : `${imports}\n${given}\n${printed}`,
  }));
  if (scripts.map(({ number }) => number).join() !== '1,2,3,4') throw new Error(`the document has scripts ${scripts.map(({ number }) => number).join()}, not 1 to 4`);
  return scripts;
}
