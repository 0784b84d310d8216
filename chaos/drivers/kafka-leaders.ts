import { connect } from 'node:net';
import type { Admin } from 'kafkajs';
import { withAdmin } from './kafka.ts';
import { whyNotOpen } from './tcp.ts';

/** Order of the replicas of a partition; the first is the one that is preferred as leader. */
export interface ReplicaOrder {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
}

const ELECT_TIMEOUT_MS = 5000;

/** Partitions of the topics with this prefix that a broker leads now. */
export async function ledBy(admin: Admin, nodeId: number, topicPrefix: string): Promise<ReplicaOrder[]> {
  const names = (await admin.listTopics()).filter((name) => name.startsWith(topicPrefix));
  if (names.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  return topics.flatMap(({ name, partitions }) => partitions.filter(({ leader }) => leader === nodeId).map(({ partitionId, replicas }) => ({ topic: name, partition: partitionId, replicas })));
}

/** Gives partitions this order of replicas and has the first of them elected. Idempotent; no replica moves when the sets are as before. No error when no broker is there any more. */
export async function lead(brokers: readonly string[], orders: readonly ReplicaOrder[]): Promise<void> {
  if (orders.length === 0 || (await allGone(brokers))) return;
  const byTopic = [...Map.groupBy(orders, ({ topic }) => topic)];
  await withAdmin(brokers, (admin) =>
    admin.alterPartitionReassignments({ topics: byTopic.map(([topic, its]) => ({ topic, partitionAssignment: its.map(({ partition, replicas }) => ({ partition, replicas: [...replicas] })) })), timeout: ELECT_TIMEOUT_MS }),
  );
  await electPreferred(brokers, byTopic.map(([topic, its]) => ({ topic, partitions: its.map(({ partition }) => partition) })));
}

/** Brokers that hang, or are slow, are there. */
async function allGone(brokers: readonly string[]): Promise<boolean> {
  const why = await Promise.all(brokers.map((broker) => new URL(`tcp://${broker}`)).map(({ hostname, port }) => whyNotOpen(hostname, Number(port))));
  return why.every((code) => code === 'ECONNREFUSED');
}

interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** kafkajs cannot ask for an election: ElectLeaders (request 43, version 0), to the first broker that answers. */
async function electPreferred(brokers: readonly string[], topics: readonly TopicPartitions[]): Promise<void> {
  const request = electionRequest(topics);
  let last: unknown;
  for (const broker of brokers) {
    const answer = await ask(broker, request).catch((error: unknown) => void (last = error));
    if (answer) return assertElected(answer);
  }
  throw new Error('no broker took the election', { cause: last });
}

function electionRequest(topics: readonly TopicPartitions[]): Buffer {
  const parts = [int16(43), int16(0), int32(1), text('gatecrash'), int32(topics.length)];
  for (const { topic, partitions } of topics) parts.push(text(topic), int32(partitions.length), ...partitions.map(int32));
  const body = Buffer.concat([...parts, int32(ELECT_TIMEOUT_MS)]);
  return Buffer.concat([int32(body.length), body]);
}

/** The preferred one leads already. */
const NOT_NEEDED = 84;

function assertElected(answer: Buffer): void {
  // Behind correlation id and throttle time.
  let at = 8;
  const next16 = (): number => answer.readInt16BE((at += 2) - 2);
  const next32 = (): number => answer.readInt32BE((at += 4) - 4);
  const nextText = (): string => {
    const length = next16();
    at += Math.max(0, length);
    return length < 0 ? '' : answer.toString('utf8', at - length, at);
  };
  for (let topics = next32(); topics > 0; topics--) {
    const topic = nextText();
    for (let partitions = next32(); partitions > 0; partitions--) {
      const partition = next32();
      const code = next16();
      const message = nextText();
      if (code !== 0 && code !== NOT_NEEDED) throw new Error(`no election on ${topic}/${partition}: error ${code} ${message}`);
    }
  }
}

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);

/** One request over a connection of its own; resolves with the answer without its length. */
function ask(broker: string, request: Buffer): Promise<Buffer> {
  const { hostname, port } = new URL(`tcp://${broker}`);
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.setTimeout(2 * ELECT_TIMEOUT_MS, () => socket.destroy(new Error(`${broker}: no answer within ${2 * ELECT_TIMEOUT_MS} ms`)));
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length < 4 || answer.length < 4 + answer.readInt32BE(0)) return;
      socket.destroy();
      resolve(answer.subarray(4));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${broker}: cut before it answered`)));
  });
}
