import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { judgeCommand } from '../../../harness/cli/judge.ts';
import { reportCommand } from '../../../harness/cli/report.ts';
import { UsageError } from '../../../harness/contracts/fail.ts';
import { evaluate } from '../../../harness/run/evaluate.ts';
import { takeRunDir } from '../../../harness/run/record.ts';
import { fixturePlan } from '../../support/fixtures.ts';
import { RunFolder } from '../../support/run-folder.ts';

let run: RunFolder;
const path = (artefact: string): string => join(run.dir, artefact);
const edit = (artefact: string, change: (text: string) => string): void => writeFileSync(path(artefact), change(readFileSync(path(artefact), 'utf8')));

let said = '';
beforeEach(() => {
  run = new RunFolder();
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said += String(text)), true));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  run[Symbol.dispose]();
});

test('one run, one folder: who comes second is refused, whatever the first has written until then', async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'gatecrash-test-out-'));
  try {
    const plan = fixturePlan();
    const runDir = await takeRunDir({ outDir: join(outDir, 'runs'), plan });
    expect(existsSync(join(runDir, 'logs'))).toBe(true);
    await expect(takeRunDir({ outDir: join(outDir, 'runs'), plan })).rejects.toThrow(UsageError);
  } finally {
    rmSync(outDir, { recursive: true });
  }
});

test('what was changed after the run shows however often it is judged', async () => {
  expect((await evaluate(run.dir)).verdict).toBe('PASS');
  edit('series.ndjson', (text) => text.replace(/.*\n(?=.*\n$)/, ''));
  for (let n = 0; n < 2; n++) {
    const { verdict, reasons } = await evaluate(run.dir);
    expect(verdict).toBe('INVALID');
    expect(reasons.join()).toMatch(/series\.ndjson was changed after the run/);
  }
});

test.each(['missing', 'cut'])('a manifest that is %s stays so, and the run is INVALID', async (what) => {
  await evaluate(run.dir);
  if (what === 'missing') rmSync(path('manifest.json'));
  else edit('manifest.json', (text) => text.slice(0, 100));
  for (let n = 0; n < 2; n++) expect(await evaluate(run.dir)).toMatchObject({ verdict: 'INVALID', reasons: [expect.stringMatching(/manifest\.json is/)] });
});

test('of a verdict that was edited no report is made; judging says so, and makes it again', async () => {
  const { verdict } = await evaluate(run.dir);
  const before = readFileSync(path('verdict.json'), 'utf8');
  edit('verdict.json', (text) => text.replace(`"verdict": "${verdict}"`, '"verdict": "FAIL"'));
  await expect(reportCommand(run.dir)).rejects.toMatchObject({ problems: [{ file: path('verdict.json'), message: 'was changed after the run' }] });
  expect(await judgeCommand(run.dir, {})).toBe(0);
  expect(said).toMatch(/verdict\.json was changed after the run/);
  expect(readFileSync(path('verdict.json'), 'utf8')).toBe(before);
  expect(await reportCommand(run.dir)).toBe(0);
});
