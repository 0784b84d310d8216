import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Bus } from '../../../harness/contracts/bus.ts';
import { TimelineEvent } from '../../../harness/contracts/timeline.ts';
import { evaluate } from '../../../harness/run/evaluate.ts';
import { recordBus } from '../../../harness/run/recorder.ts';
import { readNdjson } from '../../../harness/store/ndjson.ts';
import { LogFile } from '../../../harness/supervisor/log-file.ts';
import { RunFolder } from '../../support/run-folder.ts';

/** Bytes that the disk has room for. */
let room: number;

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const writeSync = (fd: number, data: Buffer | string, offset = 0): number => {
    const bytes = Buffer.from(data as string).subarray(offset, offset + room);
    if (bytes.length === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    room -= bytes.length;
    return fs.writeSync(fd, bytes);
  };
  return { ...fs, writeSync };
});

let dir: string;
beforeEach(() => {
  room = Number.POSITIVE_INFINITY;
  dir = mkdtempSync(join(tmpdir(), 'gatecrash-test-full-disk-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('what is seen of a run ends where the disk is full, which is told once, and shows in the file', () => {
  const bus = new Bus();
  const told: string[] = [];
  {
    using _record = recordBus(bus, dir, 'run', (error) => told.push(error.message));
    room = 30_000;
    for (let n = 0; n < 2000; n++) bus.emit('timeline', { tMs: n, event: 'note', text: 'there is nothing to be seen' });
    room = Number.POSITIVE_INFINITY;
    bus.emit('timeline', { tMs: 1, event: 'note', text: 'after a hole' });
  }
  expect(told).toEqual(['ENOSPC: no space left on device, write']);
  const timeline = readNdjson(join(dir, 'timeline.ndjson'), 'timeline', 'run', TimelineEvent);
  const texts = [...timeline.rows()].map((row) => (row as { text: string }).text);
  expect(texts).not.toContain('after a hole');
  expect(timeline.defects.join()).toMatch(/is cut in line \d+/);
});

test('a log that cannot be written does not end the one who keeps it', () => {
  const log = new LogFile(join(dir, 'api.log'), 1000);
  room = 3;
  for (let n = 0; n < 10; n++) log.write(Buffer.from('words of a process'));
  log.close();
});

test('a verdict that cannot be written is no PASS', async () => {
  using run = new RunFolder();
  mkdirSync(join(run.dir, 'verdict.json'));
  writeFileSync(join(run.dir, 'verdict.json/in-the-way'), '');
  const { verdict, reasons } = await evaluate(run.dir);
  expect(verdict).toBe('INVALID');
  expect(reasons.join()).toMatch(/the run folder cannot be written: E/);
});
