import { isService } from '../../contracts/service-processes.ts';
import type { Component } from '../api.ts';

const titles: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  toxiproxy: 'Toxiproxy',
  gateway: 'payment gateway',
  collector: 'collector of traces',
  haproxy: 'HAProxy',
  api: 'ticketing service',
  worker: 'ticketing service, worker',
  consumer: 'ticketing service, consumer',
};

/** "PostgreSQL 18.4 · port 12003, through Toxiproxy 12007 · 0.4 s" */
export function componentLine({ name, version, directPort, proxyPort, readyMs }: Component): string {
  const title = titles[name] ?? name.replace(/^broker-([0-9]+)$/, 'Kafka broker $1').replace(/^api-([0-9]+)$/, 'ticketing service, replica $1');
  const onNode = name === 'gateway' || name === 'collector' || isService(name);
  const parts = [
    `${title} ${onNode ? `(Node ${version})` : version}`,
    [directPort === undefined ? '' : `port ${directPort}`, proxyPort === undefined ? '' : `through Toxiproxy ${proxyPort}`].filter(Boolean).join(', '),
    readyMs === undefined ? '' : `${(readyMs / 1000).toFixed(1)} s`,
  ];
  return parts.filter(Boolean).join(' · ');
}
