import { openingStages, type Stage } from './profile.ts';

/** What a script runs by: one JSON text from the harness, or a few plain variables from a person. */
export interface LoadSettings {
  readonly baseUrl: string;
  readonly seed: number;
  /** number of this generator; several share a load by segments */
  readonly generator: number;
  readonly startPerSecond: number;
  readonly stages: readonly Stage[];
  readonly vusMax: number;
  /** how long users may finish after the last has arrived */
  readonly drainMs: number;
  readonly requestTimeoutMs: number;
  /** write the history of operations to the console */
  readonly history: boolean;
  /** the harness judges; alone, the script has thresholds of its own */
  readonly judged: boolean;
  readonly journey: JourneySettings;
}

export interface JourneySettings {
  readonly concert: string;
  /** share of users who go for one of the hot seats without looking whether it is free */
  readonly hotShare: number;
  /** hot seats are 1 to this, of the first schedule */
  readonly hotSeats: number;
  /** mean time between two steps */
  readonly thinkMs: number;
  /** who is not let in by then goes away */
  readonly patienceMs: number;
  readonly seatTries: number;
  /** 0: users after hot seats come as they come. Otherwise they wait for the next multiple of it and then all want the same one: the clock strikes. */
  readonly strikeMs: number;
  /** points charged, as a multiple of the price */
  readonly pointsFactor: number;
  /** share of users who send everything that changes something twice at once, with the same key */
  readonly doubleClickShare: number;
  /** share of users who let `lateMs` pass between reservation and payment */
  readonly lateShare: number;
  readonly lateMs: number;
  /** share of users who first try to pay half of the price */
  readonly tamperShare: number;
  /** share of users who try for another seat with the token they have bought with */
  readonly greedyShare: number;
  /** share of buyers who look at their own reservation, after reserving and again after paying; goes into the history */
  readonly ownReadShare: number;
  /** share of the looks at a seat map that go into the history */
  readonly seatReadShare: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `GATECRASH_LOAD` (JSON, set by the harness), else BASE_URL, RATE, SEED, VUS, HISTORY. */
export function loadSettings(env: Environment): LoadSettings {
  return env.GATECRASH_LOAD === undefined ? byHand(env) : byHarness(JSON.parse(env.GATECRASH_LOAD));
}

function byHarness(given: Record<string, unknown>): LoadSettings {
  for (const key of ['baseUrl', 'seed', 'generator', 'startPerSecond', 'stages', 'vusMax', 'drainMs', 'requestTimeoutMs', 'history']) {
    if (given[key] === undefined) throw new Error(`GATECRASH_LOAD lacks "${key}"`);
  }
  const { settings, ...rest } = given;
  return { ...(rest as unknown as LoadSettings), judged: true, journey: journeySettings((settings ?? {}) as Record<string, unknown>) };
}

function byHand(env: Environment): LoadSettings {
  const ratePerSecond = Number(env.RATE ?? 20);
  return {
    baseUrl: env.BASE_URL ?? 'http://127.0.0.1:3000',
    // Another seed each time: the users of the last run have their seats already.
    seed: Number(env.SEED ?? Date.now() % 1_000_000_000),
    generator: 0,
    startPerSecond: 0,
    stages: openingStages(ratePerSecond),
    vusMax: Number(env.VUS ?? Math.ceil(ratePerSecond * 20)),
    drainMs: 30_000,
    requestTimeoutMs: 5000,
    history: env.HISTORY === 'true',
    judged: false,
    journey: journeySettings({}),
  };
}

function journeySettings(given: Record<string, unknown>): JourneySettings {
  const number = (key: string, otherwise: number): number => {
    const value = given[key] ?? otherwise;
    if (typeof value !== 'number' || !(value >= 0)) throw new Error(`setting ${key} is not a number from 0 on: ${String(value)}`);
    return value;
  };
  return {
    concert: String(given.concert ?? 'concert_1'),
    hotShare: number('hotShare', 0.1),
    hotSeats: number('hotSeats', 50),
    thinkMs: number('thinkMs', 300),
    patienceMs: number('patienceMs', 30_000),
    seatTries: number('seatTries', 3),
    strikeMs: number('strikeMs', 0),
    pointsFactor: number('pointsFactor', 1),
    doubleClickShare: number('doubleClickShare', 0),
    lateShare: number('lateShare', 0),
    lateMs: number('lateMs', 0),
    tamperShare: number('tamperShare', 0),
    greedyShare: number('greedyShare', 0),
    // The plan sets both: they are what its audit goes by.
    ownReadShare: number('ownReadShare', 0),
    seatReadShare: number('seatReadShare', 0),
  };
}
