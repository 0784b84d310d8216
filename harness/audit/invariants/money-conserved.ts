import { type LedgerInvariant, rowsOf } from './invariant.ts';

const SYSTEM_ACCOUNT = 'sys:';

/** A8 of the tried audits: what came out of the system's accounts and did not go back is in the wallets. */
export const moneyConserved: LedgerInvariant = {
  id: 'money-conserved',
  title: 'No money appears or vanishes: what the system paid in, less what it took back, is the sum of all wallets',
  start(tally) {
    let paidInKrw = 0;
    let walletsKrw = 0;
    return {
      watches: [
        rowsOf('transfers', ({ debit, credit, amount }) => {
          tally.look();
          if (debit.startsWith(SYSTEM_ACCOUNT)) paidInKrw += amount;
          if (credit.startsWith(SYSTEM_ACCOUNT)) paidInKrw -= amount;
        }),
        rowsOf('wallets', ({ balance }) => {
          tally.look();
          walletsKrw += balance;
        }),
      ],
      finish() {
        if (paidInKrw !== walletsKrw) tally.violate({ paidInKrw, walletsKrw, differenceKrw: walletsKrw - paidInKrw });
      },
    };
  },
};
