import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { strict } from '../schemas/common.ts';

/** Groups of routes that a sale can do without for a while. A route names its group in its `config`. */
export const routeGroups = ['catalogue', 'ranking', 'registration', 'history', 'refunds', 'docs'] as const;
export type RouteGroup = (typeof routeGroups)[number];

/** More than QUEUE_ACTIVE_CAP can be. */
const queueCapUnlimited = 1_000_000;
const factor = (of: string) => Type.Number({ minimum: 0.01, maximum: 1, description: `${of}, as a part of what is configured` });

export const LiveSettingsSchema = Type.Object(
  {
    routesOff: Type.Array(Type.Enum([...routeGroups]), { maxItems: routeGroups.length, uniqueItems: true, description: 'groups that answer 503 ROUTE_OFF' }),
    rateLimitFactor: factor('every rate limit'),
    admissionFactor: factor('places let in a second'),
    queueCapMax: Type.Integer({ minimum: 0, maximum: queueCapUnlimited, description: 'most places that may buy at once, never above what is configured; 0 lets nobody in' }),
  },
  strict,
);
export type LiveSettings = Static<typeof LiveSettingsSchema>;

/** A change: what is not named stays. */
export const LivePatchSchema = Type.Partial(LiveSettingsSchema, { ...strict, minProperties: 1 });
export type LivePatch = Partial<LiveSettings>;

export const defaultLiveSettings: LiveSettings = { routesOff: [], rateLimitFactor: 1, admissionFactor: 1, queueCapMax: queueCapUnlimited };

/** What is stored, with the defaults of what is not. Throws when it is not of this version's making. */
export function parseLiveSettings(stored: unknown): LiveSettings {
  const settings = { ...defaultLiveSettings, ...(stored as LivePatch) };
  if (Value.Check(LiveSettingsSchema, settings)) return settings;
  const [first] = Value.Errors(LiveSettingsSchema, settings);
  throw new Error(`live settings are not usable: ${first?.instancePath} ${first?.message}`);
}
