import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// kafkajs computes a negative delay now and then, which Node warns about; it does no harm.
const shared = { environment: 'node' as const, restoreMocks: true, execArgv: ['--disable-warning=TimeoutNegativeWarning'] };
const endToEnd = { testTimeout: 240_000, hookTimeout: 240_000 };
/** Of what these look at nothing depends on how quick anything is: runs that are killed, a stack that stays up, planted defects … */
const sideBySide = ['interrupted', 'mutant', 'suite', 'up'].map((name) => `test/e2e/${name}.test.ts`);
/** … and the service over servers that are all well, each file with a database, topics and keys of its own. */
const services = ['admin', 'audit', 'cards', 'charges', 'concerts', 'consumers', 'documents', 'documents-names', 'events', 'http', 'identity', 'live', 'logs', 'openapi', 'process', 'properties', 'queue', 'queue-redis', 'refunds', 'settlements', 'tickets'];
const servicesSideBySide = services.map((name) => `test/integration/service-${name}.test.ts`);
const onServers = { globalSetup: ['test/support/global-setup.ts'], testTimeout: 60_000, hookTimeout: 60_000 };

/** The longest of those side by side first, or the others wait for it alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification): number => Number(moduleId.endsWith('/e2e/mutant.test.ts'));
    return (await super.sort(files)).toSorted((a, b) => isLongest(b) - isLongest(a));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    coverage: { provider: 'v8', include: ['service/**', 'harness/**', 'chaos/**', 'reports/**'], reporter: ['text-summary', 'json-summary'] },
    projects: [
      { test: { ...shared, name: 'unit', include: ['test/unit/**/*.test.ts'], sequence: { groupOrder: 0 } } },
      {
        // Real servers, started once for all; one file at a time, for there are two cores.
        test: { ...shared, ...onServers, name: 'integration', include: ['test/integration/**/*.test.ts'], exclude: servicesSideBySide, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
      {
        test: { ...shared, ...onServers, name: 'integration-two', include: servicesSideBySide, maxWorkers: 2, sequence: { groupOrder: 2 } },
      },
      {
        // Whole runs of the program, each with a stack of its own.
        test: { ...shared, ...endToEnd, name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude: sideBySide, fileParallelism: false, sequence: { groupOrder: 3 } },
      },
      {
        // Two at a time: neither may end, undo or clean away what is the other's.
        test: { ...shared, ...endToEnd, name: 'e2e-two', include: sideBySide, maxWorkers: 2, sequence: { groupOrder: 4 } },
      },
    ],
  },
});
