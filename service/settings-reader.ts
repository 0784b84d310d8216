import { isIP } from 'node:net';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings out of the environment; what is wrong is gathered in `problems`, one line each. */
export function settingsReader(env: Environment) {
  const problems: string[] = [];
  const given = (name: string) => (env[name] === undefined || env[name] === '' ? undefined : env[name]);
  const required = (name: string, example: string) => {
    const value = given(name);
    if (value === undefined) problems.push(`${name} is required, e.g. ${example}`);
    return value ?? '';
  };
  return {
    problems,
    problem: (line: string) => void problems.push(line),
    text: (name: string, fallback: string) => given(name) ?? fallback,
    integer(name: string, fallback: number, min: number, max: number): number {
      const raw = given(name);
      if (raw === undefined) return fallback;
      const value = Number(raw);
      if (/^\d+$/.test(raw) && value >= min && value <= max) return value;
      problems.push(`${name} must be a whole number from ${min} to ${max}, not "${raw}"`);
      return fallback;
    },
    oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
      const raw = given(name);
      if (raw === undefined) return fallback;
      if ((allowed as readonly string[]).includes(raw)) return raw as T;
      problems.push(`${name} must be one of ${allowed.join(', ')}, not "${raw}"`);
      return fallback;
    },
    list<T extends string>(name: string, allowed: readonly T[], fallback: readonly T[]): ReadonlySet<T> {
      const items = given(name)?.split(',').map((item) => item.trim());
      const wrong = items?.filter((item) => !(allowed as readonly string[]).includes(item)) ?? [];
      if (wrong.length > 0) problems.push(`${name} may hold ${allowed.join(', ')}, not "${wrong.join(', ')}"`);
      return new Set((items as T[] | undefined) ?? fallback);
    },
    url(name: string, protocols: readonly string[]): string {
      const raw = required(name, `${protocols[0]}//127.0.0.1:PORT`);
      if (raw !== '' && !protocols.includes(URL.parse(raw)?.protocol ?? '')) problems.push(`${name} must be a ${protocols[0]}// address`);
      return raw;
    },
    urlIfGiven(name: string, protocols: readonly string[]): string | undefined {
      return given(name) === undefined ? undefined : this.url(name, protocols);
    },
    ratio(name: string, fallback: number): number {
      const raw = given(name);
      if (raw === undefined) return fallback;
      if (/^(0|1|0?\.\d+|[01]\.\d+)$/.test(raw) && Number(raw) <= 1) return Number(raw);
      problems.push(`${name} must be a number from 0 to 1, not "${raw}"`);
      return fallback;
    },
    brokers(name: string): string[] {
      const items = required(name, '127.0.0.1:9092,127.0.0.1:9093').split(',').map((item) => item.trim()).filter(Boolean);
      for (const item of items) if (!/^[^:\s]+:\d+$/.test(item)) problems.push(`${name} must be a list of host:port, not "${item}"`);
      return items;
    },
    /** Named secrets, `id:secret,id2:secret2`; none is none. No line shows a secret. */
    keys(name: string, lengthMin: number): { id: string; secret: string }[] {
      const keys = (given(name)?.split(',') ?? []).map((item) => {
        const [id = '', ...rest] = item.trim().split(':');
        return { id, secret: rest.join(':') };
      });
      if (keys.some(({ id }) => !/^[\w-]{1,32}$/.test(id))) problems.push(`${name} must be a list of id:secret, the id of letters, digits, _ and -`);
      if (keys.some(({ secret }) => secret.length < lengthMin)) problems.push(`${name} must have secrets of at least ${lengthMin} characters`);
      if (new Set(keys.map(({ id }) => id)).size < keys.length) problems.push(`${name} has two secrets of one id`);
      return keys;
    },
    /** Addresses, networks as 10.0.0.0/8, or loopback, linklocal, uniquelocal. */
    networks(name: string): string[] {
      const items = (given(name) ?? '').split(',').map((item) => item.trim()).filter(Boolean);
      for (const item of items) if (!isNetwork(item)) problems.push(`${name} must be a list of addresses or networks, not "${item}"`);
      return items;
    },
    secret(name: string, lengthMin: number): string {
      const raw = required(name, `at least ${lengthMin} random characters`);
      if (raw !== '' && raw.length < lengthMin) problems.push(`${name} must have at least ${lengthMin} characters`);
      return raw;
    },
    optionalSecret(name: string, lengthMin: number): string | undefined {
      const raw = given(name);
      if (raw !== undefined && raw.length < lengthMin) problems.push(`${name} must have at least ${lengthMin} characters`);
      return raw;
    },
  };
}

function isNetwork(text: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(text)) return true;
  const [address = '', bits] = text.split('/');
  const version = isIP(address);
  return version !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)));
}
