import { dayOf } from './calendar';
import { parameters } from './parameters';
import type { RandomStream } from './random';

const { calendar, people, visits: shape } = parameters;
const firstDay = dayOf(calendar.firstDay);
const lastDay = dayOf(calendar.lastDay);

/** Who the patient is, and when, how long and how richly coded the visits are. Reused for every patient. */
export class VisitHistory {
  sex: 'F' | 'M' = 'F';
  /** Day of birth, in days since 1970-01-01. */
  birthDay = 0;
  /** Years at the first visit. */
  age = 0;
  count = 0;
  /** [count] days since 1970-01-01; visits never overlap and never share a day. */
  readonly admit = new Int32Array(shape.most);
  readonly discharge = new Int32Array(shape.most);
  /** [count] distinct codes to be written for the visit. */
  readonly size = new Int32Array(shape.most);

  /** Draws sex and age, before anything else is known. */
  drawPerson(random: RandomStream): void {
    this.sex = random.uniform() < people.maleShare ? 'M' : 'F';
    let u = random.uniform();
    let band: (typeof people.ageBands)[number] = people.ageBands[0];
    for (band of people.ageBands) {
      if (u < band.share) break;
      u -= band.share;
    }
    this.age = band.from + random.uniform() * (band.to - band.from);
  }

  /** Draws the visits. Reads age and diabetes, never a latent factor: see the note at `parameters`. */
  drawVisits(random: RandomStream, diabetic: boolean): void {
    const decades = (this.age - 50) / 20;
    const median =
      shape.median * shape.medianPerTwentyYears ** decades * (diabetic ? shape.diabeticFactor : 1);
    const more = Math.floor(median * Math.exp(shape.spread * random.normal()) + random.uniform());
    this.count = Math.min(1 + more, shape.most);
    const stayOdds = (shape.stayShare / (1 - shape.stayShare)) * Math.exp(shape.stayAgeing * decades);
    const stayShare = stayOdds / (1 + stayOdds);

    let day = 0;
    for (let visit = 0; visit < this.count; visit++) {
      if (visit > 0)
        day += Math.max(1, Math.round(shape.medianGap * Math.exp(shape.gapSpread * random.normal())));
      this.admit[visit] = day;
      const stay = random.uniform() < stayShare;
      if (stay) day += Math.round(Math.exp(shape.stayLogMean + shape.stayLogSpread * random.normal()));
      this.discharge[visit] = day;
      this.size[visit] = stay ? stayCodes(random) : outpatientCodes(random);
    }
    this.#placeInCalendar(random, day);
    this.birthDay = this.admit[0]! - Math.floor(this.age * 365.25);
  }

  /** Shrinks the gaps (not the stays) of a history that is longer than the calendar, then draws its first day. */
  #placeInCalendar(random: RandomStream, span: number): void {
    const available = lastDay - firstDay;
    let stays = 0;
    for (let visit = 0; visit < this.count; visit++) stays += this.discharge[visit]! - this.admit[visit]!;
    // One day per visit is held back for the gaps that rounding would close.
    const shrink = Math.min(1, (available - stays - this.count) / Math.max(1, span - stays));
    let day = 0;
    let before = 0;
    for (let visit = 0; visit < this.count; visit++) {
      const stay = this.discharge[visit]! - this.admit[visit]!;
      if (visit > 0) day += Math.max(1, Math.floor((this.admit[visit]! - before) * shrink));
      before = this.discharge[visit]!;
      this.admit[visit] = day;
      day += stay;
      this.discharge[visit] = day;
    }
    const start = firstDay + random.below(Math.max(1, available - day + 1));
    for (let visit = 0; visit < this.count; visit++) {
      this.admit[visit]! += start;
      this.discharge[visit]! += start;
    }
  }
}

function stayCodes(random: RandomStream): number {
  const codes = Math.round(shape.stayCodesMedian * Math.exp(shape.stayCodesSpread * random.normal()));
  return Math.min(Math.max(codes, 1), shape.mostCodes);
}

function outpatientCodes(random: RandomStream): number {
  let codes = 1;
  while (codes < shape.mostCodes && random.uniform() < shape.outpatientMore) codes++;
  return codes;
}
