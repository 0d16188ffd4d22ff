/** How risks, percentiles and ranks are written, everywhere alike: two places must not tell two numbers. */

/** `0.73`; of a risk that would be rounded to nothing or to certainty, `<0.01` or `>0.99`. */
export function riskFigure(risk: number): string {
  const text = risk.toFixed(2);
  if (text === '0.00' && risk > 0) return '<0.01';
  return text === '1.00' && risk < 1 ? '>0.99' : text;
}

/** `87th`, or `lowest`: rounded down, so that nobody is said to lie above patients who are not below. */
export function percentileFigure(percentile: number): string {
  const whole = Math.min(99, Math.floor(percentile + 1e-9));
  return whole < 1 ? 'lowest' : ordinal(whole);
}

/** `1st`, `22nd`, `113th`, of a whole number. */
export function ordinal(value: number): string {
  const lastTwo = value % 100;
  const isTeen = lastTwo >= 11 && lastTwo <= 13;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value.toLocaleString('en-US')}${ending}`;
}

/** What a rank correlation says of two orders: `agree well`, `are unrelated`, `run opposite ways`. */
export function rankVerb(rho: number): string {
  if (rho >= 0.7) return 'agree well';
  if (rho >= 0.4) return 'agree partly';
  if (rho >= 0.2) return 'agree weakly';
  if (rho > -0.2) return 'are unrelated';
  return rho > -0.4 ? 'run weakly opposite ways' : 'run opposite ways';
}

/** `all 100 random orders`, `64 of 100 random orders`; a tie counts half. */
export function ofRandom(share: number, orders: number): string {
  // Halves are exact; the share itself is a quotient.
  const beaten = Math.round(2 * share * orders) / 2;
  const figure = Number.isInteger(beaten) ? String(beaten) : beaten.toFixed(1);
  return beaten === orders ? `all ${orders} random orders` : `${figure} of ${orders} random orders`;
}
