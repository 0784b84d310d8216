import { styleText } from 'node:util';
import { durationText } from '../contracts/duration.ts';
import { exitCodes } from '../contracts/verdicts.ts';
import { lookAtUp, type ComponentStatus } from '../up/look.ts';
import { readUpFile } from '../up/up-file.ts';
import { upLines } from './up.ts';

/** Shows what `up` has left running. 0 when all of it is well, 1 when something is down or nothing is up. */
export async function statusCommand({ json }: { json?: boolean }): Promise<number> {
  const up = await readUpFile();
  if (up === undefined) {
    process.stdout.write(json ? '{"up": false, "components": []}\n' : 'nothing is up; start it: npx gatecrash up\n');
    return exitCodes.FAIL;
  }
  const components = await lookAtUp(up);
  const ok = components.every((component) => component.ok);
  if (json) process.stdout.write(`${JSON.stringify({ up: ok, startedAtMs: up.startedAtMs, urls: up.urls, components }, null, 1)}\n`);
  else process.stdout.write(`${[...tableLines(components), '', ...upLines(up), ...adviceFor(components)].join('\n')}\n`);
  return ok ? exitCodes.PASS : exitCodes.FAIL;
}

function tableLines(components: readonly ComponentStatus[]): string[] {
  const rows = components.map(({ name, version, pid, port, proxyPort, uptimeSeconds, ok, health }) => [
    ok ? styleText('green', 'ok  ') : styleText('red', 'DOWN'),
    `${name} ${version}`.trim(),
    pid === null ? '–' : `pid ${pid}`,
    port === null ? '' : `port ${port}${proxyPort === null ? '' : ` behind ${proxyPort}`}`,
    uptimeSeconds === null ? '' : durationText(uptimeSeconds * 1000),
    health,
  ]);
  const widths = rows[0]?.map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}

function adviceFor(components: readonly ComponentStatus[]): string[] {
  const supervisor = components.find(({ name }) => name === 'supervisor');
  return supervisor?.ok === false ? ['', 'its supervisor was killed: "npx gatecrash down" puts away what is left'] : [];
}
