import type { Config } from '../config.ts';

/** What a route is limited as: the `limit` of its `config`. */
export type RouteLimit = 'login' | 'register' | 'orders' | 'products' | 'token';

export interface Limit {
  readonly name: RouteLimit | 'orders_ip';
  /** Whose calls are counted together; a user who is not known is counted by address. */
  readonly per: 'user' | 'ip';
  readonly max: number;
  readonly windowMs: number;
}

const minuteMs = 60_000;

/** The limits of each kind of route; all of them must allow a call. */
export function limitsOf(config: Config): Readonly<Record<RouteLimit, readonly Limit[]>> {
  return {
    login: [{ name: 'login', per: 'ip', max: config.rateLimitLoginPerMinute, windowMs: minuteMs }],
    register: [{ name: 'register', per: 'ip', max: config.rateLimitRegisterPerMinute, windowMs: minuteMs }],
    orders: [
      { name: 'orders', per: 'user', max: config.rateLimitOrdersPerMinute, windowMs: minuteMs },
      { name: 'orders_ip', per: 'ip', max: config.rateLimitOrdersPerIpPerMinute, windowMs: minuteMs },
    ],
    products: [{ name: 'products', per: 'ip', max: config.rateLimitProductsPerMinute, windowMs: minuteMs }],
    token: [{ name: 'token', per: 'ip', max: config.rateLimitTokenPerSecond, windowMs: 1000 }],
  };
}
