import { parentPort, workerData } from 'node:worker_threads';
import { measureHere, type MeasureWork } from './measure-run.ts';

parentPort?.postMessage(await measureHere(workerData as MeasureWork));
