import type { Measurements } from '../../harness/contracts/measurements.ts';

/** The charts' rows of the passing run: quiet, the opening at 10 s, Redis down from 40 s to 55 s, drained at 86 s. */
export function fixtureSeconds(loadStartMs: number): Measurements['seconds'] {
  return Array.from({ length: 86 }, (_, second) => row(loadStartMs / 1000 + second, second));
}

function row(second: number, t: number): Measurements['seconds'][number] {
  const wave = Math.sin(t * 1.7) + Math.sin(t * 0.61);
  const faulty = t >= 40 && t < 55;
  const users = t < 9 ? 6.8 : t < 80 ? 34 : 34 / (t - 78);
  const requests = Math.round(users * (7.4 + wave * 0.25));
  const polling = Math.round(requests * 0.22);
  const slower = faulty ? 3.1 : 1;
  const ms = (value: number): number => Math.round(value * slower * (1 + wave * 0.06) * 1000) / 1000;
  return {
    second,
    requests,
    successful: requests - polling,
    bad: 0,
    polling,
    p50Ms: ms(11),
    p95Ms: ms(27),
    p99Ms: ms(61),
    healthOk: !faulty,
  };
}

/** What Redis and Toxiproxy said meanwhile; in one second neither was heard. */
export function fixtureServers(loadStartMs: number): Measurements['servers'] {
  return fixtureSeconds(loadStartMs).map(({ second, requests }, t) => {
    const off = t >= 40 && t < 55;
    if (t === 63) return { second, redisOpsPerSecond: null, proxies: null };
    return { second, redisOpsPerSecond: off ? 3 : requests * 4, proxies: { off: off ? ['redis'] : [], toxics: {} } };
  });
}
