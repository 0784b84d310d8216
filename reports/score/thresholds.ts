/** Every threshold that no objectives file sets, most of them of the validity checks, in one place; docs/verdicts.md explains them. Shares are 0 … 1. */
export const thresholds = {
  /** The load may end this much before its planned end. */
  loadEndToleranceMs: 1500,
  /** Arrivals that came (started or dropped) ÷ arrivals that were due, in steady. */
  arrivalsShareMin: 0.99,
  /** k6 begins up to this much after load-start: the arrivals due are those of the profile shifted by as much. */
  generatorStartLagMsMax: 1500,
  /** Dropped arrivals in steady: as many mean that the generator was too small. Under a fault they count as bad requests. */
  droppedInSteadyShareMax: 0.01,
  /** 99 of 100 users begin within this of their time: k6 holds nobody back, so who is late waited for the generator. */
  latenessP99MsMax: 250,
  /** Users at once by Little's law, of the virtual users there are: with as many the next one may find none free. */
  busyUsersShareMax: 0.95,
  /** CPU of one k6 process in its busiest 10 s, in cores, on a machine of two; scaled with the machine. */
  generatorCoresMax: 0.9,
  /** Rows of k6's samples that may be lost on their way, of its requests. */
  samplesLostShareMax: 0.001,
  /** Answers with 2xx whose body the script looked at: one that throws, or does not care, proves nothing about them. */
  lookedAtShareMin: 0.99,
  /** Consecutive seconds without any sample that are a hole in the data. */
  silentSecondsMax: 2,
  /** A fault must hold for this share of its planned duration. */
  faultHeldShareMin: 0.8,
  /** Canaries that must fail while a fault holds, and answer before it and after it. */
  canaryShareMin: 0.9,
  /** Canaries per second that a fault's window must have at least, half of the rate they are sent at. */
  canaryPerSecondMin: 1,
  /** Looks per second that availability of the probe and of Redis need, half of the rate they are taken at. */
  looksPerSecondMin: 1,
  /** Seconds of the load with a health probe. */
  healthSecondsShareMin: 0.9,
  /** Seconds of the load with a reading of the processes that matter. */
  resourceSecondsShareMin: 0.9,
  /** The machine's clock may be set by no more than this from one reading to the next: times of all processes are compared. */
  clockStepMsMax: 100,
  /** Acknowledged operations that the audit could look up. */
  acknowledgedCheckedShareMin: 0.99,
  /** S2's availability over a month, and the burn rates that call somebody: at once, or on the next working day. */
  errorBudget: { availability: 0.999, days: 30, pageBurnRate: 14.4, ticketBurnRate: 6 },
  kafkaReplicationFactorMin: 3,
  kafkaInsyncReplicasMin: 2,
} as const;
