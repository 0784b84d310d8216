import type { ResourceRow } from '../contracts/resources.ts';
import { content, kibibytes } from './proc.ts';

const TICKS_PER_SECOND = 100;
/** By how many ms the wall clock is ahead of the monotonic one, both from the start of the harness: it stays, unless somebody sets the clock. */
export const CLOCK_GAUGE = 'clock_ahead_ms';

/** What /proc tells of the whole machine; files that could not be read are undefined. */
export interface MachineFiles {
  readonly stat: string | undefined;
  readonly meminfo: string | undefined;
  readonly loadavg: string | undefined;
}

/** As the gauge says; see CLOCK_GAUGE. */
export const clockAheadMs = (): number => Date.now() - performance.timeOrigin - performance.now();

export const readMachineFiles = (): MachineFiles => ({ stat: content('/proc/stat'), meminfo: content('/proc/meminfo'), loadavg: content('/proc/loadavg') });

/**
 * The row "machine": busy CPU seconds of all cores since boot (without idle, waiting for disks, and what the hypervisor
 * took), memory in use, and as gauges cpu_steal_seconds_total, load1, memory_available_bytes and clock_ahead_ms.
 */
export function machineRow(second: number, { stat, meminfo, loadavg }: MachineFiles, clockAheadMs: number): ResourceRow {
  const cpu = stat === undefined ? undefined : /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  // guest and guest_nice, the last two, are in user and nice already; see proc_stat(5).
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal] = cpu ?? [];
  const total = kibibytes(meminfo ?? '', 'MemTotal');
  const available = kibibytes(meminfo ?? '', 'MemAvailable');
  const load1 = Number.parseFloat(loadavg ?? '');
  return {
    second,
    process: 'machine',
    ...(cpu && { cpuSeconds: user + nice + system + irq + softirq }),
    ...(total !== undefined && available !== undefined && { memoryBytes: total - available }),
    gauges: {
      [CLOCK_GAUGE]: clockAheadMs,
      ...(steal !== undefined && { cpu_steal_seconds_total: steal }),
      ...(Number.isFinite(load1) && { load1 }),
      ...(available !== undefined && { memory_available_bytes: available }),
    },
  };
}
