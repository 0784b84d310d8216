import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { EventProducer } from '../../../service/clients/kafka.ts';
import { createMetrics } from '../../../service/metrics/metrics.ts';

test('a broker that takes connections and never answers costs one deadline a send, and each send begins anew', async () => {
  let connections = 0;
  const deaf = createServer(() => void connections++).listen(0, '127.0.0.1');
  await once(deaf, 'listening');
  const metrics = createMetrics();
  const producer = new EventProducer([`127.0.0.1:${(deaf.address() as AddressInfo).port}`], 300, metrics);
  try {
    for (const sends of [1, 2]) {
      const startedMs = performance.now();
      await expect(producer.send('payment-events', 0, [{ key: 'k', value: 'v' }], 'payment-events')).rejects.toThrow('did not answer within 300 ms');
      expect(performance.now() - startedMs).toBeLessThan(2000);
      expect(connections).toBeGreaterThanOrEqual(sends);
    }
    const { values } = await metrics.kafkaErrors.get();
    expect(values.find(({ labels }) => labels.topic === 'payment-events')?.value).toBe(2);
  } finally {
    await producer.close();
    deaf.close();
    deaf.unref();
  }
});
