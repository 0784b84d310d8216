import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StateFile, foldState, readState } from '../../../harness/supervisor/state.ts';
import type { StateLine } from '../../../harness/supervisor/state.ts';

const started = (name: string, pid: number): StateLine => ({ kind: 'process', handle: { name, pid, startTicks: '1' }, stopSignal: 'SIGTERM', stopTimeoutMs: 1 });
const fault = (id: string): StateLine => ({ kind: 'undo', record: { id, kind: 'toxiproxy-enable', api: 'http://127.0.0.1:1', proxy: 'redis' } });

test('what was undone or has ended is not put away again; the rest keeps its order', () => {
  const state = foldState([started('a', 1), fault('x'), started('b', 2), fault('y'), { kind: 'process-gone', pid: 1 }, { kind: 'undone', id: 'x' }, started('c', 3), { kind: 'folder', path: '/f' }]);
  expect(state.processes.map((plan) => plan.handle.name)).toEqual(['b', 'c']);
  expect(state.undos.map((record) => record.id)).toEqual(['y']);
  expect(state.folders).toEqual(['/f']);
});

test('a fault that is applied again stands where it was applied last', () => {
  expect(foldState([fault('x'), fault('y'), { kind: 'undone', id: 'x' }, fault('x')]).undos.map((record) => record.id)).toEqual(['y', 'x']);
});

test('a line is in the file when append returns, and one that a crash has cut is left out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'state-test-'));
  const file = new StateFile(folder, '7-8');
  file.append(started('a', 1));
  const path = join(folder, '7-8.ndjson');
  expect(readFileSync(path, 'utf8')).toContain('"name":"a"');
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"kind":"undo","rec`);
  expect(readState(path)).toMatchObject({ processes: [{ handle: { name: 'a' } }], undos: [] });
  file.remove();
  file.append(started('late', 2));
  expect(() => readState(path)).toThrow('ENOENT');
  rmSync(folder, { recursive: true });
});
