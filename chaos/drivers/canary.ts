import type { Canary } from '../world.ts';

/** A canary from a look that gives what it saw, or rejects. `close` ends what it holds. */
export function canaryOf(look: () => Promise<string | undefined>, close: () => void = () => {}): Canary {
  return {
    async probe() {
      const startedMs = performance.now();
      try {
        const detail = await look();
        return { ok: true, latencyMs: performance.now() - startedMs, ...(detail !== undefined && { detail }) };
      } catch (error) {
        return { ok: false, latencyMs: performance.now() - startedMs, detail: reason(error) };
      }
    },
    close,
  };
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
