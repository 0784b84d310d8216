import { expect, test } from 'vitest';
import type { Addresses } from '../../../chaos/world.ts';
import { assertFewFaults, assertHosts, defaultBlastRadius } from '../../../harness/run/blast-radius.ts';
import { fixturePlan } from '../../support/fixtures.ts';

const [fault] = fixturePlan().faults;
const planWith = (count: number) => fixturePlan({ faults: Array.from({ length: count }, () => fault as NonNullable<typeof fault>) });
const local: Addresses = {
  redisDirect: 'redis://127.0.0.1:1',
  postgresDirect: 'postgresql://postgres@localhost:2/x',
  postgresProxied: 'postgresql://postgres@localhost:3/x',
  kafkaBrokers: ['127.0.0.1:4'],
  gatewayDirect: 'http://[::1]:5',
  api: 'http://127.0.0.1:6',
  service: [{ name: 'api', url: 'http://127.0.0.1:7' }],
};

test('more faults than allowed are refused with the flag that allows them', () => {
  expect(() => assertFewFaults(planWith(10), defaultBlastRadius)).not.toThrow();
  expect(() => assertFewFaults(planWith(11), defaultBlastRadius)).toThrow(/11 faults .* more than 10.*--max-faults 11/s);
});

test('the loopback may be hit, another host only when it is named', () => {
  expect(() => assertHosts(local, defaultBlastRadius)).not.toThrow();
  const elsewhere = { ...local, kafkaBrokers: ['127.0.0.1:4', 'kafka.example.com:9092'], service: [{ name: 'api', url: 'http://10.0.0.1:7' }] };
  expect(() => assertHosts(elsewhere, defaultBlastRadius)).toThrow(/kafka\.example\.com.*--allow-host kafka\.example\.com/s);
  expect(() => assertHosts(elsewhere, { ...defaultBlastRadius, allowHosts: ['kafka.example.com'] })).toThrow(/10\.0\.0\.1/);
  expect(() => assertHosts(elsewhere, { ...defaultBlastRadius, allowHosts: ['kafka.example.com', '10.0.0.1'] })).not.toThrow();
});
