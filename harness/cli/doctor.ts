import { exitCodes } from '../contracts/verdicts.ts';
import { inspectMachine } from '../setup/machine.mjs';
import type { Machine } from '../setup/machine.mjs';
import { cacheDirOf } from '../setup/paths.mjs';
import { pins } from '../setup/pins.mjs';
import { extras, requirements } from '../setup/requirements.mjs';

/** Prints what is there, what is missing, and the one command that fixes each. 0, or 64 when a run cannot be set up. */
export async function doctor(): Promise<number> {
  const machine = inspectMachine(process.env, { withExtras: true });
  const lines = [...requirementLines(machine), ...toolLines(machine), ...extraLines(machine)];
  process.stdout.write(`${lines.join('\n')}\n`);
  const missing = requirements(machine).filter((requirement) => !requirement.ok).length;
  process.stdout.write(missing === 0 ? '\nA run can start.\n' : `\n${missing === 1 ? 'One thing is' : `${missing} things are`} missing.\n`);
  return missing === 0 ? exitCodes.PASS : exitCodes.usage;
}

function requirementLines(machine: Machine): string[] {
  return requirements(machine).map(({ name, need, neededFor, have, version, path, ok, fix }) => {
    if (!ok) return `missing  ${name}${need} for ${neededFor}, ${have}\n         fix: ${fix}`;
    if (neededFor === '') return `-        ${name}: ${name === 'Redis' ? 'set-up installs it with apt-get' : 'not needed, what it makes is there'}`;
    return `ok       ${name}${version === undefined ? '' : ` ${version}`}${path === undefined ? '' : ` (${path})`}`;
  });
}

function toolLines(machine: Machine): string[] {
  const { k6, toxiproxy, kafka, disruptor } = pins(process.env);
  const line = (title: string, ready: boolean): string => (ready ? `ok       ${title}` : `to come  ${title}: set-up makes it`);
  return [
    line(`k6 ${k6.version}`, machine.k6Ready),
    line(`Toxiproxy ${toxiproxy.version}`, machine.toxiproxyReady),
    line(`Kafka ${kafka.version}`, machine.kafkaReady),
    disruptor.ready ? line(`xk6-disruptor agent ${disruptor.version}`, true) : `-        xk6-disruptor agent ${disruptor.version}: for the faults http-errors and http-latency only; it is then built, which needs Go`,
    `         cache: ${cacheDirOf(process.env)}`,
  ];
}

/** What is not there is no defect: it is missed by few, who are told here how to get it. */
function extraLines(machine: Machine): string[] {
  return extras(machine).map(({ name, need, neededFor, have, version, path, ok, installable, fix }) => {
    if (ok) return `ok       ${name}${version === undefined ? '' : ` ${version}`} (${path}), for ${neededFor}`;
    if (installable) return `-        ${name}: for ${neededFor} only; set-up then installs it with apt-get`;
    return `-        ${name}${need}: for ${neededFor} only, ${have}\n         fix: ${fix}`;
  });
}
