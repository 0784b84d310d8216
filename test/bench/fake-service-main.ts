import { startFakeService } from '../integration/load-fake-service.ts';

/** A service that costs next to nothing, in a process of its own; says its address, and ends with the process that started it. */
const fake = await startFakeService();
process.send?.(fake.url);
process.once('disconnect', () => process.exit());
