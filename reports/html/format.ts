import type { JudgedObjective } from '../../harness/contracts/verdict.ts';

export type Unit = JudgedObjective['unit'];

/** Narrow no-break space: between digits by thousands, and between a number and its unit. */
export const thin = '\u202f';
/** What stands where there is no number. */
export const none = '–';

/** 24123.4 → "24 123.4", with narrow no-break spaces. */
export function numberText(value: number, decimals = 0): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thin);
  const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? '−' : '';
  return sign + grouped + (fraction === undefined ? '' : `.${fraction}`);
}

/** 0.9993 → "99.93 %". Only exactly 1 is "100 %" and only exactly 0 is "0 %": rounding must not hide a failure. */
export function ratioText(ratio: number, decimals = 2): string {
  if (ratio === 0 || ratio === 1) return `${ratio * 100}${thin}%`;
  for (let places = decimals; places <= 6; places += 1) {
    const text = numberText(ratio * 100, places);
    const rounded = Number((ratio * 100).toFixed(places));
    if (rounded !== 0 && rounded !== 100) return `${text}${thin}%`;
  }
  return ratio < 0.5 ? `<${thin}0.000001${thin}%` : `>${thin}99.999999${thin}%`;
}

/** Milliseconds: one decimal below 100, none above. */
export function msText(ms: number): string {
  return `${numberText(ms, ms < 100 && ms !== 0 ? 1 : 0)}${thin}ms`;
}

/** Seconds with one decimal. */
export function secondsText(seconds: number): string {
  return `${numberText(seconds, 1)}${thin}s`;
}

/** Per second: one decimal below 100. */
export function rateText(perSecond: number): string {
  return `${numberText(perSecond, perSecond < 100 ? 1 : 0)}${thin}/s`;
}

export function bytesText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${numberText(mebibytes)}${thin}MiB` : `${numberText(mebibytes / 1024, 1)}${thin}GiB`;
}

/** A value in the unit of its objective; "–" for null. */
export function valueText(value: number | null, unit: Unit): string {
  if (value === null) return none;
  switch (unit) {
    case 'ratio':
      return ratioText(value);
    case 'ms':
      return msText(value);
    case 's':
      return secondsText(value);
    case '/s':
      return rateText(value);
    case 'MiB/min':
    case '/min':
      return `${numberText(value, 1)}${thin}${unit}`;
    case 'count':
      return numberText(value, Number.isInteger(value) ? 0 : 1);
    default:
      return unit satisfies never;
  }
}

/**
 * A limit exactly as it was set: 0.999 → "99.9 %", never rounded; 500 → "500 ms".
 */
export function limitText(limit: number, unit: Unit): string {
  const exact = (value: number): string => {
    const [, fraction = ''] = String(Number(value.toPrecision(12))).split('.');
    return numberText(value, fraction.length);
  };
  if (unit === 'ratio') return `${exact(limit * 100)}${thin}%`;
  return unit === 'count' ? exact(limit) : `${exact(limit)}${thin}${unit}`;
}

/** Like valueText, with as many decimals as it takes to tell the value from the limit (99.8996 % is not "99.90 %"). */
export function valueAgainst(value: number | null, limit: number, unit: Unit): string {
  if (value === null || value === limit) return valueText(value, unit);
  const factor = unit === 'ratio' ? 100 : 1;
  const first = unit === 'ratio' ? 2 : 1;
  if (valueText(value, unit) !== valueText(limit, unit)) return valueText(value, unit);
  for (let places = first; places <= 6; places += 1) {
    if (Number((value * factor).toFixed(places)) === Number((limit * factor).toFixed(places))) continue;
    return `${numberText(value * factor, places)}${unit === 'ratio' ? `${thin}%` : unit === 'count' ? '' : `${thin}${unit}`}`;
  }
  return valueText(value, unit);
}

const opSigns = { '<': '<', '<=': '≤', '>': '>', '>=': '≥' } as const;

/** "≥ 99.9 %" */
export function boundText(op: JudgedObjective['op'], limit: number, unit: Unit): string {
  return `${opSigns[op]}${thin}${limitText(limit, unit)}`;
}

/** Epoch ms as "2026-11-21 01:22:05 UTC". */
export function utcText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Milliseconds since the start of the load as "+43.2 s" or "+2 min 03.0 s"; before it, "−1.0 s". */
export function offsetText(ms: number): string {
  const sign = ms < 0 ? '−' : '+';
  const tenths = Math.round(Math.abs(ms) / 100);
  if (tenths < 1200) return `${sign}${(tenths / 10).toFixed(1)}${thin}s`;
  const minutes = Math.floor(tenths / 600);
  return `${sign}${minutes}${thin}min${thin}${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}${thin}s`;
}

/** Growth between two figures: "+12 %", "−3 %", "×8" from three times on; "" when there is nothing to compare with. */
export function changeText(from: number | null, to: number | null): string {
  if (from === null || to === null || from === 0) return '';
  if (to / from >= 3) return `×${numberText(to / from, to / from < 10 ? 1 : 0)}`;
  const percent = Math.round((to / from - 1) * 100);
  return percent === 0 ? '±0' + thin + '%' : `${percent > 0 ? '+' : '−'}${Math.abs(percent)}${thin}%`;
}

/** "1 seat", "2 seats" */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/** A rough length for people: "45 s", "8 min", "2.5 h". */
export function durationAbout(seconds: number): string {
  if (seconds < 90) return `${numberText(Math.ceil(seconds))}${thin}s`;
  return seconds < 5400 ? `${numberText(Math.ceil(seconds / 60))}${thin}min` : `${numberText(seconds / 3600, 1)}${thin}h`;
}

/** A planned length, exact: 80000 → "80 s", 90000 → "90 s", 300000 → "5 min". */
export function lengthText(ms: number): string {
  const seconds = Number((ms / 1000).toFixed(3));
  return seconds >= 120 && seconds % 60 === 0 ? `${numberText(seconds / 60)}${thin}min` : `${seconds}${thin}s`;
}
