import { join } from 'node:path';
import { fileOnPath } from './paths.mjs';
import { makeOnce } from './make-once.ts';
import type { Progress } from './make-once.ts';
import { toolsDir } from './pins.mjs';
import type { Pin } from './pins.mjs';
import { runCommand } from './run-command.ts';

const BUILD_TIMEOUT_MS = 10 * 60_000;

export const ensureK6 = (pin: Pin, progress: Progress): Promise<void> =>
  ensureGoTool(pin, { title: `k6 ${pin.version}`, packagePath: 'go.k6.io/k6/v2', linkerFlags: '', versionArgs: ['version'], versionText: pin.version, doing: 'building from source, about a minute' }, progress);

/** Built from a module, Toxiproxy calls itself "git" unless it is told its version. */
export const ensureToxiproxy = (pin: Pin, progress: Progress): Promise<void> =>
  ensureGoTool(
    pin,
    {
      title: `Toxiproxy ${pin.version}`,
      packagePath: 'github.com/Shopify/toxiproxy/v2/cmd/server',
      linkerFlags: `-X github.com/Shopify/toxiproxy/v2.Version=${pin.version}`,
      versionArgs: ['-version'],
      versionText: pin.version,
      doing: 'building from source',
    },
    progress,
  );

/** The agent of xk6-disruptor, from a module of its own: it is pinned to older packages than k6, and its licence is another. */
export const ensureDisruptor = (pin: Pin, progress: Progress): Promise<void> =>
  ensureGoTool(
    pin,
    {
      title: `xk6-disruptor agent ${pin.version}`,
      packagePath: 'github.com/grafana/xk6-disruptor/cmd/agent',
      moduleDir: join(toolsDir, 'disruptor'),
      linkerFlags: '',
      versionArgs: ['http', '--help'],
      versionText: '--upstream-host',
      doing: 'building from source',
    },
    progress,
  );

interface GoTool {
  readonly title: string;
  readonly packagePath: string;
  /** where its go.mod is, if not with the others' */
  readonly moduleDir?: string;
  readonly linkerFlags: string;
  readonly versionArgs: readonly string[];
  /** what it must then say; one that does not know its version shows what it can do */
  readonly versionText: string;
  readonly doing: string;
}

async function ensureGoTool(pin: Pin, { title, packagePath, moduleDir = toolsDir, linkerFlags, versionArgs, versionText, doing }: GoTool, progress: Progress): Promise<void> {
  const make = async (partial: string): Promise<void> => {
    await runCommand({
      what: `building ${title}`,
      command: fileOnPath('go', process.env) ?? 'go',
      args: ['build', '-o', partial, `-ldflags=-s -w ${linkerFlags}`, packagePath],
      cwd: moduleDir,
      // Only what go.mod and go.sum pin, whatever the user's own Go settings are.
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -trimpath -buildvcs=false', GOTOOLCHAIN: 'local', GOWORK: 'off' },
      timeoutMs: BUILD_TIMEOUT_MS,
    });
    const output = await runCommand({ what: `trying ${title}`, command: partial, args: versionArgs, timeoutMs: 20_000 });
    if (!output.includes(versionText)) throw new Error(`${title}: what was built calls itself "${output.trim()}"`);
  };
  await makeOnce({ title, doing, path: pin.path, make }, progress);
}
