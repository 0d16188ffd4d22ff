import type { Codebook, Revision } from './codebook';
import { dayOf } from './calendar';
import { acuteIllnesses, complications, conditions, systems } from './conditions';
import { parameters } from './parameters';
import { hashedUniform, RandomStream } from './random';
import { VisitHistory } from './visits';

const { codes: coding, conditions: onset, diabetes: sugar, outcome } = parameters;
const icd10From = dayOf(parameters.calendar.icd10From);
const systemOf = conditions.map((condition) => systems.indexOf(condition.system));
const heart = systems.indexOf('heart');
const metabolic = systems.indexOf('metabolic');
const mostStages = 3;
const mostHeld = onset.most + conditions.filter(({ common }) => common !== undefined).length;
const never = 0x7fff_ffff;
const mostRows = parameters.visits.most * parameters.visits.mostCodes;

/**
 * The disease process. One object simulates patient after patient; the fields hold the latest.
 *
 * Order of the draws: person → diabetes → visits → factors → index visit → outcome → conditions → codes.
 * The index visit is drawn before the outcome, by the same rule for everybody; the outcome is then
 * decided by the heart's factor alone, whose only other trace is *which* conditions the patient has,
 * how far they have progressed, and so which codes fill the places that the visits offer.
 */
export class DiseaseProcess {
  readonly history = new VisitHistory();
  /** [rows] code numbers; visit v owns `rowStart[v] … rowStart[v + 1] − 1`, most important first. */
  readonly rows = new Int32Array(mostRows);
  readonly rowStart = new Int32Array(parameters.visits.most + 1);
  /** 0 or 1 for a labelled patient, −1 for all others. */
  label = -1;
  /** Visit whose admission is the index date of a labelled patient. */
  indexVisit = -1;

  readonly #random = new RandomStream();
  readonly #factor = new Float64Array(systems.length);
  /** [visits] 1 where one place is kept for a diabetes code. */
  readonly #sugarCoded = new Uint8Array(parameters.visits.most);
  #sugarOnset = never;
  /** Visit of the first heart-failure code, or `never`. */
  #failureVisit = never;
  /** Conditions that the patient has or will have, and the day on which each stage begins. */
  #held = 0;
  readonly #condition = new Int32Array(mostHeld);
  readonly #stageFrom = new Float64Array(mostHeld * mostStages);
  /** Conditions present on the day of the visit being coded. */
  #present = 0;
  readonly #active = new Int32Array(mostHeld);
  readonly #score = new Float64Array(conditions.length);
  #habitKey = 0;
  readonly #findings = new Int32Array(16);
  #findingsSeen = 0;

  constructor(
    private readonly codebook: Codebook,
    private readonly studySeed: number,
  ) {}

  /** Simulates the patient with this index (0-based). */
  simulate(index: number): void {
    const random = this.#random;
    random.seed(this.studySeed, index);
    this.#habitKey = random.integer();
    this.#findingsSeen = 0;
    for (let system = 0; system < systems.length; system++) this.#factor[system] = random.normal();
    this.history.drawPerson(random);
    const diabetic = this.#drawDiabetes();
    this.history.drawVisits(random, diabetic === 'diabetes');
    this.#drawDiabetesVisits(diabetic);
    this.#drawOutcome();
    this.#drawConditions(diabetic === 'diabetes');
    this.#codeVisits();
  }

  #drawDiabetes(): 'none' | 'raised glucose' | 'diabetes' {
    const { age } = this.history;
    const chance = sugar.chance[age < 18 ? 0 : age < 45 ? 1 : age < 65 ? 2 : 3];
    const odds = (chance / (1 - chance)) * Math.exp(sugar.loading * this.#factor[metabolic]!);
    const u = this.#random.uniform();
    if (u < odds / (1 + odds)) return 'diabetes';
    return age >= 18 && this.#random.uniform() < sugar.prediabetes ? 'raised glucose' : 'none';
  }

  /** Which visits carry a diabetes (or prediabetes) code, and since when it is diabetes. */
  #drawDiabetesVisits(kind: 'none' | 'raised glucose' | 'diabetes'): void {
    const { admit, discharge, count } = this.history;
    const random = this.#random;
    const coded = kind === 'none' ? 0 : kind === 'diabetes' ? sugar.coded : sugar.prediabetesCoded;
    this.#sugarOnset = never;
    if (kind === 'diabetes') {
      const span = discharge[count - 1]! - admit[0]!;
      const late = random.uniform();
      this.#sugarOnset =
        late < onset.prevalentShare
          ? admit[0]! - 365 * onset.yearsPerStage * random.exponential()
          : admit[0]! + Math.floor(0.4 * span * random.uniform());
    }
    for (let visit = 0; visit < count; visit++) {
      const likely = kind === 'diabetes' && admit[visit]! < this.#sugarOnset ? sugar.prediabetesCoded : coded;
      this.#sugarCoded[visit] = random.uniform() < likely ? 1 : 0;
    }
  }

  /** Draws the index visit of an eligible diabetic, then the outcome; heart failure elsewhere in the population. */
  #drawOutcome(): void {
    const random = this.#random;
    const { age, count } = this.history;
    this.label = -1;
    this.#failureVisit = never;
    const earliest = this.#earliestIndexVisit();
    const admissible = count - outcome.visitsAfter - earliest;
    const u = random.uniform();
    if (age >= 18 && admissible > 0) {
      this.indexVisit = earliest + random.below(admissible);
      this.label = u < logistic(outcome.intercept + outcome.slope * this.#factor[heart]!) ? 1 : 0;
      if (this.label === 1) this.#failureVisit = this.indexVisit;
    } else {
      this.indexVisit = -1;
      const fails = u < logistic(outcome.interceptElsewhere + outcome.slope * this.#factor[heart]!);
      if (age >= outcome.fromAge && fails) this.#failureVisit = random.below(count);
    }
  }

  /** First visit with two diabetes encounters, enough visits and enough days behind it; `count` when none has. */
  #earliestIndexVisit(): number {
    const { admit, count } = this.history;
    let encounters = 0;
    let first = never;
    for (let visit = 0; visit < count; visit++) {
      const day = admit[visit]!;
      if (encounters >= 2 && visit >= outcome.visitsBefore && day - first >= outcome.daysAfterDiabetes)
        return visit;
      if (this.#sugarCoded[visit] === 1 && day >= this.#sugarOnset) {
        if (encounters++ === 0) first = this.history.discharge[visit]!;
      }
    }
    return count;
  }

  /**
   * Chronic conditions: their number is drawn first and does not read the factors. Which ones is a draw
   * without replacement with log weight `log w + ageing + loading · factor` (the largest Gumbel scores).
   * The commonest are drawn on their own: they would otherwise lose to the heart and look protective.
   */
  #drawConditions(diabetic: boolean): void {
    const random = this.#random;
    const { age, sex } = this.history;
    this.#held = 0;
    const mean = onset.atBirth + (onset.perTwentyYears * age) / 20 + (diabetic ? onset.diabeticsMore : 0);
    const wanted = Math.min(random.poisson(mean), onset.most);
    for (let k = 0; k < conditions.length; k++) {
      const condition = conditions[k]!;
      const possible = age >= condition.fromAge && (condition.sex ?? sex) === sex;
      const loading = onset.clustering * condition.loading * this.#factor[systemOf[k]!]!;
      const ageing = (condition.ageing * (age - 50)) / 20;
      const logWeight = Math.log(condition.weight) + ageing + loading;
      this.#score[k] = possible && condition.common === undefined ? logWeight + random.gumbel() : -Infinity;
      if (possible && condition.common !== undefined) {
        const logOdds = Math.log(condition.common / (1 - condition.common)) + ageing;
        if (random.uniform() < logistic(logOdds)) this.#hold(k);
      }
    }
    for (let rest = wanted; rest > 0; rest--) {
      const best = largest(this.#score);
      if (this.#score[best] === -Infinity) break;
      this.#score[best] = -Infinity;
      this.#hold(best);
    }
  }

  /** Adds a condition: the day on which it begins, and those on which its later stages begin. */
  #hold(condition: number): void {
    const random = this.#random;
    const { admit, discharge, count } = this.history;
    const span = discharge[count - 1]! - admit[0]!;
    const prevalent = random.uniform() < onset.prevalentShare;
    const speed = Math.exp(onset.progression * this.#factor[systemOf[condition]!]!);
    const at = this.#held * mostStages;
    let day = prevalent
      ? admit[0]! - 365 * onset.yearsPerStage * random.exponential()
      : admit[0]! + span * random.uniform();
    for (let stage = 0; stage < mostStages; stage++) {
      this.#stageFrom[at + stage] = stage < conditions[condition]!.stages.length ? day : Infinity;
      day += (365 * onset.yearsPerStage * random.exponential()) / speed;
    }
    this.#condition[this.#held++] = condition;
  }

  #codeVisits(): void {
    const { admit, discharge, size, count } = this.history;
    let row = 0;
    for (let visit = 0; visit < count; visit++) {
      this.rowStart[visit] = row;
      const end = row + size[visit]!;
      const revision: Revision = discharge[visit]! >= icd10From ? 1 : 0;
      const day = admit[visit]!;
      this.#findPresent(day);
      const theme = this.#present === 0 ? -1 : this.#active[this.#random.below(this.#present)]!;
      const stayDays = discharge[visit]! - day;
      if (this.#failureIsCoded(visit)) row = this.#add(this.#failureCode(revision, visit), row, visit);
      if (row < end && this.#sugarCoded[visit] === 1)
        row = this.#add(this.#sugarCode(revision, day), row, visit);
      while (row < end) {
        let added = row;
        for (let attempt = 0; attempt < 3 && added === row; attempt++) {
          added = this.#add(this.#drawCode(revision, day, theme, stayDays), row, visit);
        }
        // A visit keeps its size whatever the patient suffers from: background fills what is left.
        while (added === row) added = this.#add(this.#findingCode(revision), row, visit);
        row = added;
      }
    }
    this.rowStart[count] = row;
  }

  #findPresent(day: number): void {
    this.#present = 0;
    for (let i = 0; i < this.#held; i++) {
      if (this.#stageFrom[i * mostStages]! <= day) this.#active[this.#present++] = i;
    }
  }

  /** Writes the code unless the visit has it already; returns the next free row. */
  #add(code: number, row: number, visit: number): number {
    for (let i = this.rowStart[visit]!; i < row; i++) if (this.rows[i] === code) return row;
    this.rows[row] = code;
    return row + 1;
  }

  /** A code for the next place of a visit that is about the held condition `theme` (−1: about none). */
  #drawCode(revision: Revision, day: number, theme: number, stayDays: number): number {
    const random = this.#random;
    const { acuteStage, complicationStage } = this.codebook;
    const u = random.uniform();
    // Complications take their places by the length of the stay, so a long stay can be told from its codes.
    if (stayDays > 0 && u < Math.min(0.02 * stayDays, 0.35)) {
      return this.#variant(complicationStage + random.below(complications.length), revision, 0);
    }
    const v = random.uniform();
    if (v < coding.acute) return this.#variant(acuteStage + random.below(acuteIllnesses.length), revision, 0);
    if (theme < 0 || v < coding.acute + coding.background) return this.#findingCode(revision);
    return this.#conditionCode(this.#chooseCondition(theme), revision, day);
  }

  /** A present condition: of the theme's organ system mostly, else any. */
  #chooseCondition(theme: number): number {
    const random = this.#random;
    const any = this.#active[random.below(this.#present)]!;
    if (random.uniform() >= coding.sameSystem) return any;
    const system = systemOf[this.#condition[theme]!];
    return systemOf[this.#condition[any]!] === system ? any : theme;
  }

  #conditionCode(held: number, revision: Revision, day: number): number {
    const at = held * mostStages;
    let stage = 0;
    while (stage + 1 < mostStages && this.#stageFrom[at + stage + 1]! <= day) stage++;
    while (stage > 0 && this.#random.uniform() >= coding.ownStage) stage--;
    const condition = this.#condition[held]!;
    return this.#variant(this.codebook.conditionStage[condition]! + stage, revision, coding.habit);
  }

  /** One code variant of a stage: the patient's habitual one with chance `habit`, else by popularity. */
  #variant(stage: number, revision: Revision, habit: number): number {
    const { first, cumulative } = this.codebook;
    const u =
      habit > 0 && this.#random.uniform() < habit
        ? hashedUniform(this.#habitKey, stage, revision)
        : this.#random.uniform();
    let code = first[2 * stage + revision]!;
    while (cumulative[code]! <= u) code++;
    return code;
  }

  #findingCode(revision: Revision): number {
    const random = this.#random;
    const from = this.codebook.background[revision];
    const known = Math.min(this.#findingsSeen, this.#findings.length);
    if (known > 0 && random.uniform() < coding.backgroundHabit) {
      return from + this.#findings[random.below(known)]!;
    }
    const finding = search(this.codebook.findingCumulative, random.uniform());
    this.#findings[this.#findingsSeen++ % this.#findings.length] = finding;
    return from + finding;
  }

  #sugarCode(revision: Revision, day: number): number {
    const { diabetesStage } = this.codebook;
    if (day < this.#sugarOnset) return this.#variant(diabetesStage, revision, coding.habit);
    const years = (day - this.#sugarOnset) / 365;
    // Complications come with the years of diabetes, not with the heart's factor.
    const stage =
      1 + Math.min(2, Math.floor(hashedUniform(this.#habitKey, 7, 7) * (1 + years / onset.yearsPerStage)));
    const own = this.#random.uniform() < coding.ownStage ? stage : 1;
    return this.#variant(diabetesStage + own, revision, coding.habit);
  }

  /** The first failure visit is coded, so is the last one, and most between: more than one encounter in all. */
  #failureIsCoded(visit: number): boolean {
    if (this.#failureVisit === never || visit < this.#failureVisit) return false;
    if (visit === this.#failureVisit || visit === this.history.count - 1) return true;
    return this.#random.uniform() < outcome.coded;
  }

  #failureCode(revision: Revision, visit: number): number {
    const inHospital = this.history.discharge[visit]! > this.history.admit[visit]!;
    const stage = inHospital && this.#random.uniform() < coding.ownStage ? 1 : 0;
    return this.#variant(this.codebook.heartFailureStage + stage, revision, coding.habit);
  }
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function largest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** First index whose cumulative probability exceeds `u`. */
function search(cumulative: Float64Array, u: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > u) high = middle;
    else low = middle + 1;
  }
  return low;
}
