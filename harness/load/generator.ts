import { type K6Sample, K6CsvReader } from '../metrics/csv.ts';
import { foldedMetrics } from '../metrics/fold.ts';
import type { ProcessExit, ProcessHandle, ProcessSpec, Supervisor } from '../supervisor/api.ts';
import { makeFifo, readFifo } from './fifo.ts';

export interface GeneratorOptions {
  readonly supervisor: Supervisor;
  readonly spec: ProcessSpec;
  readonly fifo: string;
  onSample(sample: K6Sample): void;
  onExit(exit: ProcessExit): void;
}

export interface Generator {
  readonly handle: ProcessHandle;
  /** Resolves when the process is gone and all that it wrote was read. */
  readonly done: Promise<{ readonly exit: ProcessExit; readonly malformedRows: number }>;
}

/** Starts one k6 and reads its samples until it ends, however it ends. */
export async function startGenerator({ supervisor, spec, fifo, onSample, onExit }: GeneratorOptions): Promise<Generator> {
  const csv = new K6CsvReader(foldedMetrics, onSample);
  await makeFifo(supervisor, fifo);
  const reader = readFifo(fifo, (text) => csv.write(text));
  const exited = Promise.withResolvers<ProcessExit>();
  const forget = supervisor.onExit((exit) => {
    if (exit.process === spec.name) exited.resolve(exit);
  });
  let handle: ProcessHandle;
  try {
    handle = await supervisor.spawn(spec);
  } catch (error) {
    forget();
    await reader.finish();
    throw error;
  }
  const done = exited.promise.then(async (exit) => {
    forget();
    onExit(exit);
    await reader.finish();
    csv.end();
    return { exit, malformedRows: csv.malformedRows };
  });
  return { handle, done };
}
