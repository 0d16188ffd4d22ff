/** Version of the generator: a change of the bytes that a seed gives is a new version. */
export const generatorVersion = 1;

/**
 * Every number of the synthetic population. Nothing about the *shape* of a record (visits, gaps, stays,
 * codes per visit, ages, years) reads the heart's factor, and the outcome reads nothing else: so shape alone
 * cannot tell cases from controls, while the choice of codes can.
 */
export const parameters = {
  calendar: {
    /** First admission of anybody. */
    firstDay: '2010-01-01',
    /** No discharge after this day. */
    lastDay: '2019-12-31',
    /** Discharges from this day on are coded in ICD-10. */
    icd10From: '2015-10-01',
  },
  people: {
    maleShare: 0.45,
    /** Age bands at the first visit: share of patients and years. */
    ageBands: [
      { share: 0.21, from: 0, to: 18 },
      { share: 0.33, from: 18, to: 45 },
      { share: 0.28, from: 45, to: 65 },
      { share: 0.18, from: 65, to: 92 },
    ],
  },
  visits: {
    /** Visits are 1 + lognormal; the median grows with age, and by a factor for diabetics. */
    median: 4.2,
    medianPerTwentyYears: 1.22,
    diabeticFactor: 2,
    spread: 0.95,
    most: 400,
    /** Days between visits: lognormal. */
    medianGap: 100,
    gapSpread: 1.25,
    /** Share of visits that are hospital stays, at 50 years, and its growth in log odds per 20 years. */
    stayShare: 0.1,
    stayAgeing: 0.35,
    /** Days of a stay: lognormal(mean, spread). */
    stayLogMean: 1.4,
    stayLogSpread: 0.82,
    /** Codes of a stay: lognormal around the median; of an outpatient visit: 1 + geometric. */
    stayCodesMedian: 9,
    stayCodesSpread: 0.45,
    outpatientMore: 0.4,
    mostCodes: 39,
  },
  conditions: {
    /** Mean number of chronic conditions at 0 years and their growth per 20 years; more for diabetics. */
    atBirth: 0.5,
    perTwentyYears: 1.3,
    diabeticsMore: 4,
    most: 12,
    /** Share of conditions that are there before the first visit. */
    prevalentShare: 0.6,
    /** Mean years to the next stage for an average factor. */
    yearsPerStage: 3,
    /** Log speed of progression per unit of the system's factor. */
    progression: 0.8,
    /** Multiplies the loading of every condition on its system's factor. */
    clustering: 4.5,
  },
  codes: {
    /** Share of codes that are background findings, and acute illnesses, where the patient has conditions. */
    background: 0.35,
    acute: 0.08,
    /** Share of chronic codes of a visit that stay within the organ system the visit is about. */
    sameSystem: 0.95,
    /** Chance that a later stage is coded by one of its own codes and not by an earlier stage's. */
    ownStage: 0.65,
    /** Chance that a patient's habitual code variant of a stage is used again. */
    habit: 0.88,
    /** Chance that a background finding is one that the patient had before. */
    backgroundHabit: 0.75,
    /** Popularity of the r-th variant of a stage is r to minus this. */
    variantExponent: 0.35,
    /** Background findings: each has one ICD-9 and one ICD-10 code; the r-th is as common as (r + shift) to minus the exponent. */
    findings: 430,
    findingShift: 14,
    findingExponent: 1.7,
  },
  diabetes: {
    /** Chance by age at the first visit: under 18, 18–44, 45–64, 65 and over. */
    chance: [0.002, 0.05, 0.22, 0.32],
    /** Log odds per unit of the metabolic factor. */
    loading: 0.6,
    /** Chance of raised glucose in an adult without diabetes. */
    prediabetes: 0.12,
    /** Share of a diabetic's visits with a diabetes code, and of a prediabetic's. */
    coded: 0.5,
    prediabetesCoded: 0.2,
  },
  outcome: {
    /** Visits that must lie before the index date, and that must follow the index visit. */
    visitsBefore: 5,
    visitsAfter: 1,
    /** Days that must lie between the first diabetes code and the index date. */
    daysAfterDiabetes: 30,
    /** Log odds of heart failure: intercept, and slope on the heart's factor. */
    intercept: -4.1,
    slope: 5,
    /** Chance that a visit after the first heart-failure visit is coded with it too. */
    coded: 0.6,
    /** Heart failure outside the labelled population: from this age, with this intercept. */
    fromAge: 40,
    interceptElsewhere: -8.5,
  },
} as const;
