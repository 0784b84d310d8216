import { StackFile } from '../contracts/stack.ts';
import type { Stack } from '../stack/api.ts';
import { readJson, writeJson } from '../store/json.ts';

/**
 * Reads the durable settings again when the load is over. One that has changed reads "on, then off" in stack.json, which no
 * check takes for what it must be. Settings that cannot be read any more stay: then the ledger cannot be read either.
 */
export async function compareSettings(stack: Pick<Stack, 'durableSettings'>, path: string): Promise<void> {
  const before = await readJson(path, StackFile);
  const after = await stack.durableSettings().catch(() => ({}));
  if (!before.ok) return;
  const changed = Object.entries(after).filter(([name, value]) => before.value.settings[name] !== value);
  if (changed.length === 0) return;
  const settings = Object.fromEntries(changed.map(([name, value]) => [name, `${before.value.settings[name] ?? 'not recorded'}, then ${value}`]));
  await writeJson(path, { ...before.value, settings: { ...before.value.settings, ...settings } });
}
