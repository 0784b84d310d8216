/**
 * Smallest integer in (from, to] for which the test holds, when it holds for every greater one, too; null when it does
 * not hold for `to`. Doubles first, so that a near answer is found in a few steps.
 */
export function smallestWhere(from: number, to: number, holds: (n: number) => boolean): number | null {
  let no = from;
  let step = 1;
  while (no + step < to && !holds(no + step)) {
    no += step;
    step *= 2;
  }
  let yes = Math.min(no + step, to);
  if (!holds(yes)) return null;
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
