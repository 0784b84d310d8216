import { acknowledgedChargeExists, acknowledgedPaymentExists, acknowledgedPlaceExists, acknowledgedReservationExists } from './acknowledged-exists.ts';
import { admissionGoesOn } from './admission-goes-on.ts';
import { admissionsWithinCap } from './admissions-within-cap.ts';
import { admissionsWithinRate } from './admissions-within-rate.ts';
import { balanceEqualsTransfers } from './balance-equals-transfers.ts';
import { balanceNeverNegative } from './balance-never-negative.ts';
import { confirmedPaidOnce } from './confirmed-paid-once.ts';
import { failedNoEffect, unknownAtMostOneEffect } from './effects.ts';
import { eventHandled } from './event-handled.ts';
import { eventsInOrder } from './events-in-order.ts';
import { gatewayAgrees } from './gateway-agrees.ts';
import type { HistoryInvariant, LedgerInvariant } from './invariant.ts';
import { moneyConserved } from './money-conserved.ts';
import { noDeadLetter } from './no-dead-letter.ts';
import { noHoldOverdue } from './no-hold-overdue.ts';
import { noKeyHalfDone } from './no-key-half-done.ts';
import { oneKeyOneAnswer } from './one-key-one-answer.ts';
import { onePlacePerUser } from './one-place-per-user.ts';
import { oneSalePerAdmission } from './one-sale-per-admission.ts';
import { outboxDrained } from './outbox-drained.ts';
import { ownReadNeverBack } from './own-read-never-back.ts';
import { paymentAtBroker } from './payment-at-broker.ts';
import { paymentAtPlatformOnce } from './payment-at-platform-once.ts';
import { paymentInOutbox } from './payment-in-outbox.ts';
import { paymentUseTransfer } from './payment-use-transfer.ts';
import { refundedOnce } from './refunded-once.ts';
import { reservedWithAdmission } from './reserved-with-admission.ts';
import { seatAcknowledgedTwice } from './seat-acknowledged-twice.ts';
import { seatMapFresh } from './seat-map-fresh.ts';
import { seatReservationAgree } from './seat-reservation-agree.ts';
import { seatSoldTwice } from './seat-sold-twice.ts';
import { unreadableKept } from './unreadable-kept.ts';

/** What the ledger alone decides, in the order of the report. */
export const ledgerInvariants: readonly LedgerInvariant[] = [
  seatSoldTwice,
  seatReservationAgree,
  confirmedPaidOnce,
  balanceEqualsTransfers,
  moneyConserved,
  balanceNeverNegative,
  paymentUseTransfer,
  paymentInOutbox,
  paymentAtBroker,
  eventsInOrder,
  eventHandled,
  paymentAtPlatformOnce,
  gatewayAgrees,
  refundedOnce,
  noHoldOverdue,
  noKeyHalfDone,
  outboxDrained,
  noDeadLetter,
  unreadableKept,
  admissionsWithinCap,
  admissionsWithinRate,
  admissionGoesOn,
  oneSalePerAdmission,
  onePlacePerUser,
];

/** What needs the complete history as well. */
export const historyInvariants: readonly HistoryInvariant[] = [
  acknowledgedReservationExists,
  acknowledgedPaymentExists,
  acknowledgedChargeExists,
  acknowledgedPlaceExists,
  seatAcknowledgedTwice,
  unknownAtMostOneEffect,
  failedNoEffect,
  oneKeyOneAnswer,
  reservedWithAdmission,
  ownReadNeverBack,
  seatMapFresh,
];
