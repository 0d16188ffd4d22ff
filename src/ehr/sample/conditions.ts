/** Organ systems of the catalogue. Each has one latent factor per patient that draws its conditions together. */
export const systems = [
  'heart',
  'metabolic',
  'lung',
  'mind',
  'joints',
  'gut',
  'urinary',
  'nerves',
  'eyes and skin',
  'cancer',
] as const;
export type System = (typeof systems)[number];

/** One stage of a condition: its name, then ICD-9-CM and ICD-10-CM codes from the most to the least used. */
export type Stage = readonly [name: string, icd9: string, icd10: string];

/** A chronic condition as the disease process reads it. */
export interface Condition {
  readonly name: string;
  readonly system: System;
  /** How often the condition is acquired, relative to the others, by a patient of 50 with average factors. */
  readonly weight: number;
  /** No onset before this age in years. */
  readonly fromAge: number;
  /** Growth of the log weight per 20 years of age. */
  readonly ageing: number;
  /** Loading of the log weight on the factor of the system. */
  readonly loading: number;
  /** Chance at 50 years of a condition so common that it is drawn on its own, without regard to the factors. */
  readonly common?: number;
  /** Only this sex acquires it. */
  readonly sex?: 'F' | 'M';
  /** Ordered: a patient enters at the first and moves on with time, faster with a high factor. */
  readonly stages: readonly Stage[];
}

/** Diabetes is drawn on its own (before the others, and not by the heart's factor): it defines the task's population. */
// prettier-ignore
export const diabetes: Condition = { name: 'type 2 diabetes', system: 'metabolic', weight: 0, fromAge: 18, ageing: 0, loading: 0, stages: [
  ['prediabetes', '790.29 790.21 790.22', 'R73.03 R73.01 R73.02 R73.09'],
  ['without complication', '250.00 250.02', 'E11.9 E11.65 E11.649 E11.69'],
  ['kidney, nerve or eye complication', '250.60 250.40 250.50 250.62 250.42 250.52', 'E11.40 E11.42 E11.21 E11.22 E11.319 E11.29 E11.43 E11.39'],
  ['circulatory or severe complication', '250.70 250.80 250.72 250.82 250.90 250.92', 'E11.51 E11.621 E11.59 E11.622 E11.8 E11.52'],
] };

/** The outcome: heart failure, with codes inside the DHF phenotype. Never coded before a labelled patient's index date. */
// prettier-ignore
export const heartFailure: Condition = { name: 'heart failure', system: 'heart', weight: 0, fromAge: 18, ageing: 0, loading: 0, stages: [
  ['heart failure', '428.0 428.9 428.20 428.30 428.22 428.32 428.40', 'I50.9 I50.20 I50.30 I50.22 I50.32 I50.40 I11.0'],
  ['acute or combined heart failure', '428.21 428.23 428.31 428.33 428.41 428.43', 'I50.21 I50.23 I50.31 I50.33 I50.41 I50.43 I13.0'],
] };

/** Chronic conditions. Those of the heart's system are the signs of the outcome; all others are its competition. */
// prettier-ignore
export const conditions: readonly Condition[] = [
  { name: 'coronary artery disease', system: 'heart', weight: 6, fromAge: 35, ageing: 0.7, loading: 1, stages: [
    ['stable coronary disease', '414.01 414.00 413.9 414.8 414.9 V45.82 413.1 414.3 414.02 414.05 413.0 414.2 414.4', 'I25.10 I25.119 I20.9 I25.118 Z95.5 I25.810 I25.9 I20.8 I25.83 I25.84 I25.82 I25.700 I25.709 I25.710 I25.719'],
    ['myocardial infarction', '410.71 410.41 412 411.1 410.11 410.91 410.31 411.81 410.01 410.21 410.51 410.61 410.81 411.89', 'I21.4 I25.2 I20.0 I21.19 I21.09 I21.11 I21.3 I24.9 I21.02 I22.2 I21.29 I21.01 I22.0 I22.1 I22.9 I24.0 I24.1 I24.8 I25.110'],
    ['ischaemic cardiomyopathy', '414.10 414.19 429.79 429.71 V45.81 429.6 414.11 V45.89', 'I25.5 I25.3 I25.6 Z95.1 I23.8 I23.6'],
  ] },
  { name: 'cardiomyopathy', system: 'heart', weight: 3, fromAge: 30, ageing: 0.5, loading: 1.2, stages: [
    ['cardiomegaly', '429.3 429.0 429.9 429.2 429.1 429.81 429.89', 'I51.7 I51.9 I51.5 I51.4 I51.81 I52'],
    ['cardiomyopathy', '425.4 425.8 425.18 425.9 425.11 425.5 425.2 425.7 425.3', 'I42.9 I42.8 I42.0 I42.2 I42.5 I42.1 I43 I42.6 I42.3 I42.4 I42.7 I41'],
  ] },
  { name: 'atrial fibrillation', system: 'heart', weight: 4, fromAge: 40, ageing: 0.9, loading: 1, stages: [
    ['paroxysmal', '427.31 427.61 427.0 V58.61 427.2', 'I48.0 I48.91 I49.1 I47.1 Z79.01'],
    ['persistent or flutter', '427.32 427.81 427.89 V12.53 V45.09', 'I48.1 I48.2 I48.92 I48.3 I48.4 I49.5 Z86.79'],
  ] },
  { name: 'ventricular arrhythmia', system: 'heart', weight: 3, fromAge: 30, ageing: 0.4, loading: 1, stages: [
    ['ectopic beats', '427.69 785.1 427.60 427.9 785.0', 'I49.3 R00.2 I49.40 I49.9 I49.49 R00.1 R00.0 I49.8'],
    ['ventricular tachycardia', '427.1 427.41 427.5 V45.02 427.42', 'I47.2 I49.01 Z95.810 I46.9 I47.0 I49.02'],
  ] },
  { name: 'conduction disorder', system: 'heart', weight: 3, fromAge: 40, ageing: 0.8, loading: 1, stages: [
    ['bundle branch block', '426.4 426.3 426.11 426.2 426.53 426.6 426.7 426.51 426.52 426.54', 'I45.10 I44.7 I44.0 I44.4 I45.2 I45.19 I45.0 I45.4 I45.6 I45.89'],
    ['high-grade block, pacemaker', '426.0 426.13 V45.01 426.12 426.10 426.82 426.9', 'I44.2 I44.1 Z95.0 I45.5 I44.30 I45.3 I45.81 I45.9'],
  ] },
  { name: 'valve disease', system: 'heart', weight: 4, fromAge: 35, ageing: 0.8, loading: 1, stages: [
    ['mild valve disease', '424.0 785.2 396.3 424.2 397.0 424.3 396.8 397.1 396.9', 'I34.0 R01.1 I35.8 I36.1 I34.1 I08.1 I07.1 I34.8 I36.0 I36.8 I37.1 I08.8 I35.9'],
    ['aortic stenosis, replaced valve', '424.1 395.0 396.2 V43.3 394.0 394.1 394.2 395.1 395.2 396.0', 'I35.0 I35.1 I35.2 Z95.2 I05.0 I08.0 Z95.3 I06.0 I34.2 I37.0 I06.1 I06.2 I05.1 I05.2 I08.2'],
  ] },
  { name: 'hypertensive heart and kidney disease', system: 'heart', weight: 4, fromAge: 40, ageing: 0.6, loading: 1, stages: [
    ['hypertensive heart disease', '402.90 402.10 402.00 405.99 405.91 405.19', 'I11.9 I51.89 I15.8 I15.9 I16.0'],
    ['hypertensive heart and kidney disease', '404.90 404.10 404.92 403.90 404.00 404.02 404.12 403.10 403.00', 'I13.10 I13.11 I12.9 I16.1 I16.9'],
  ] },
  { name: 'chronic kidney disease', system: 'heart', weight: 5, fromAge: 40, ageing: 0.7, loading: 0.9, stages: [
    ['stage 1 to 3', '585.3 585.9 585.2 791.0 593.9 585.1', 'N18.3 N18.9 N18.2 R80.9 N18.1 N28.9 N25.9'],
    ['stage 4 to 5', '585.4 585.5 588.81 403.91 588.89 588.0', 'N18.4 N18.5 N25.81 D63.1 I12.0 N25.0 N25.89'],
    ['dialysis', '585.6 V45.11 V56.0', 'N18.6 Z99.2 Z49.31 Z91.15'],
  ] },
  { name: 'peripheral artery disease', system: 'heart', weight: 4, fromAge: 45, ageing: 0.7, loading: 0.9, stages: [
    ['claudication', '443.9 440.21 440.20 443.89 440.29 440.30 443.81 443.1', 'I73.9 I70.219 I70.209 I70.213 I70.211 I70.212 I73.89 I70.201 I70.202 I70.203 I70.218 I73.1'],
    ['rest pain or gangrene', '440.22 440.24 440.23 707.14 440.4 785.4 707.15', 'I70.229 I70.25 I70.262 I70.261 I70.222 I70.92 I70.221 I70.223 I70.232 I70.234 I70.242 I70.244 I70.263 I96'],
  ] },
  { name: 'aortic disease', system: 'heart', weight: 2, fromAge: 50, ageing: 0.8, loading: 0.9, stages: [
    ['aortic atherosclerosis', '440.0 440.9 447.1 440.8 440.1 444.22', 'I70.0 I70.91 I77.1 I70.8 I77.811 I70.1 I77.9 I74.3'],
    ['aortic aneurysm', '441.4 441.2 441.9 442.2 441.01 441.02 441.03 441.7 442.3', 'I71.4 I71.2 I71.9 I72.3 I72.4 I71.00 I71.01 I71.02 I71.03 I72.0'],
  ] },
  { name: 'pulmonary hypertension', system: 'heart', weight: 3, fromAge: 40, ageing: 0.6, loading: 1.1, stages: [
    ['pulmonary hypertension', '416.8 416.0 416.9 417.8 415.0 416.2 417.1 417.9 416.1', 'I27.20 I27.0 I27.89 I27.81 I27.9 I27.1 I27.82 I28.8 I28.9 I26.99 I27.21 I27.23'],
  ] },
  { name: 'fluid overload', system: 'heart', weight: 5, fromAge: 35, ageing: 0.4, loading: 1.1, stages: [
    ['oedema', '782.3 729.81 459.81 454.8 457.1 459.10 459.30', 'R60.0 R60.9 R60.1 M79.89 I87.2 I83.893 I89.0 I87.8 I87.309'],
    ['fluid overload', '276.69 276.1 511.9 514 789.59 511.89 518.4', 'E87.70 E87.79 J90 E87.1 J81.0 R18.8 J81.1 J91.8 I31.3'],
  ] },
  { name: 'dyspnoea and chest symptoms', system: 'heart', weight: 5, fromAge: 30, ageing: 0.3, loading: 1, stages: [
    ['dyspnoea', '786.05 786.09 786.50 786.02 780.2 794.31 786.51 786.52 786.59 786.06 786.04', 'R06.02 R06.00 R06.09 R07.9 R55 R94.31 R07.89 R06.01 R06.03 R07.1 R07.2 R07.81 R94.39'],
  ] },
  { name: 'cerebrovascular disease', system: 'heart', weight: 4, fromAge: 45, ageing: 0.9, loading: 0.7, stages: [
    ['carotid stenosis', '433.10 435.9 437.0 433.30 433.00 433.20 433.80 437.9 437.1 435.8', 'I65.29 I65.23 G45.9 I67.2 I65.21 I65.22 I65.01 I65.8 I66.9 I67.9 I67.81'],
    ['stroke', '434.91 434.11 438.20 V12.54 438.9 434.00 434.01 436 438.11 438.21 438.82', 'I63.9 I63.40 Z86.73 I69.351 I63.50 I69.354 I69.398 I63.10 I63.20 I63.30 I63.8 I69.30 I69.320 I69.391'],
  ] },
  { name: 'hypertension', system: 'metabolic', weight: 0, common: 0.4, fromAge: 25, ageing: 1, loading: 0, stages: [
    ['essential hypertension', '401.9 401.1 796.2', 'I10 R03.0 I15.2'],
  ] },
  { name: 'dyslipidaemia', system: 'metabolic', weight: 0, common: 0.3, fromAge: 30, ageing: 0.7, loading: 0, stages: [
    ['raised lipids', '272.4 272.0 272.2 272.1', 'E78.5 E78.2 E78.00 E78.1 E78.4 E78.01'],
  ] },
  { name: 'obesity', system: 'metabolic', weight: 9, fromAge: 8, ageing: -0.1, loading: 0.9, stages: [
    ['overweight', '278.02 V85.25 278.00 783.1', 'E66.3 E66.9 R63.5 Z68.29 Z68.33'],
    ['severe obesity', '278.01 V85.41 278.03 V45.86', 'E66.01 Z68.41 E66.2 Z98.84 Z68.42'],
  ] },
  { name: 'thyroid disease', system: 'metabolic', weight: 7, fromAge: 18, ageing: 0.2, loading: 0.7, stages: [
    ['thyroid nodule', '241.0 240.9 246.9 241.1', 'E04.1 E04.9 E04.2 E07.9'],
    ['hypothyroidism', '244.9 245.2 244.8 242.90', 'E03.9 E06.3 E03.8 E05.90 E89.0'],
  ] },
  { name: 'gout', system: 'joints', weight: 3, fromAge: 30, ageing: 0.4, loading: 0.7, stages: [
    ['gout', '274.9 274.00 274.01 274.02', 'M10.9 M10.00 M1A.9XX0 M10.071 M10.072'],
  ] },
  { name: 'chronic obstructive lung disease', system: 'lung', weight: 5, fromAge: 40, ageing: 0.5, loading: 1.1, stages: [
    ['chronic bronchitis', '491.9 496 491.20 490', 'J44.9 J42 J41.0 J40'],
    ['exacerbation, emphysema', '491.21 492.8 491.22 494.0', 'J44.1 J43.9 J44.0 J47.9 J43.2'],
    ['respiratory failure', '518.83 V46.2 518.84', 'J96.10 Z99.81 J96.11 J96.20'],
  ] },
  { name: 'asthma', system: 'lung', weight: 7, fromAge: 3, ageing: -0.5, loading: 1, stages: [
    ['asthma', '493.90 493.00 493.92 493.20 493.02', 'J45.909 J45.20 J45.901 J45.40 J45.30 J45.50'],
  ] },
  { name: 'tobacco use', system: 'lung', weight: 7, fromAge: 16, ageing: -0.1, loading: 0.9, stages: [
    ['tobacco use', '305.1 V15.82 649.01', 'F17.210 Z87.891 Z72.0 F17.200 F17.290'],
  ] },
  { name: 'allergic airways', system: 'lung', weight: 8, fromAge: 3, ageing: -0.4, loading: 0.8, stages: [
    ['rhinitis', '477.9 477.0 472.0 477.8', 'J30.9 J30.1 J31.0 J30.2 J30.89'],
    ['chronic sinusitis', '473.9 471.0 473.0 471.9', 'J32.9 J33.9 J32.0 J34.2 J32.4'],
  ] },
  { name: 'depression', system: 'mind', weight: 9, fromAge: 13, ageing: -0.2, loading: 1, stages: [
    ['depressive disorder', '311 300.4 309.0 296.20', 'F32.9 F34.1 F43.21 F32.0'],
    ['recurrent major depression', '296.30 296.33 296.32 V62.84', 'F33.9 F33.1 F33.2 R45.851 F33.0'],
  ] },
  { name: 'anxiety', system: 'mind', weight: 8, fromAge: 10, ageing: -0.3, loading: 1, stages: [
    ['anxiety disorder', '300.00 300.02 300.01 309.81 309.24', 'F41.9 F41.1 F41.0 F43.10 F43.22 F40.10'],
  ] },
  { name: 'alcohol and liver disease', system: 'mind', weight: 4, fromAge: 18, ageing: 0, loading: 1, stages: [
    ['alcohol use', '305.00 303.90 305.03 303.00', 'F10.10 F10.20 F10.129 F10.21'],
    ['alcoholic liver disease', '571.1 571.0 571.3 573.3', 'K70.10 K70.0 K70.9 K76.0'],
    ['cirrhosis', '571.2 571.5 572.2 456.1 572.3', 'K70.30 K74.60 K72.90 I85.00 K76.6'],
  ] },
  { name: 'drug use', system: 'mind', weight: 3, fromAge: 15, ageing: -0.5, loading: 1, stages: [
    ['abuse', '305.20 305.50 305.60 305.90', 'F12.10 F11.10 F14.10 F19.10 F15.10'],
    ['dependence', '304.00 304.20 304.30 304.90', 'F11.20 F14.20 F12.20 F19.20 F11.23'],
  ] },
  { name: 'bipolar and psychotic disorder', system: 'mind', weight: 2, fromAge: 16, ageing: -0.2, loading: 1.1, stages: [
    ['bipolar or psychotic disorder', '296.80 295.90 296.50 295.70 298.9', 'F31.9 F20.9 F25.9 F29 F31.81 F25.0'],
  ] },
  { name: 'insomnia', system: 'mind', weight: 5, fromAge: 16, ageing: 0.1, loading: 0.8, stages: [
    ['insomnia', '780.52 307.42 327.00 780.50', 'G47.00 F51.01 G47.9 F51.04'],
  ] },
  { name: 'osteoarthritis', system: 'joints', weight: 9, fromAge: 40, ageing: 0.7, loading: 1, stages: [
    ['joint pain', '719.46 719.41 719.45 719.47', 'M25.561 M25.562 M25.511 M25.551 M25.571'],
    ['osteoarthritis', '715.96 715.90 715.95 715.16 715.09', 'M17.9 M19.90 M16.9 M17.11 M17.12 M15.0'],
    ['joint replacement', 'V43.65 V43.64 715.36', 'Z96.651 Z96.641 Z96.652 M17.0'],
  ] },
  { name: 'back disorder', system: 'joints', weight: 10, fromAge: 18, ageing: 0.2, loading: 1, stages: [
    ['back pain', '724.2 724.5 723.1 724.4', 'M54.5 M54.9 M54.2 M54.16 M54.6'],
    ['disc disease', '722.52 722.10 721.3 722.4 722.0', 'M51.36 M51.26 M47.816 M50.30 M51.16'],
    ['spinal stenosis', '724.02 723.0 722.83 724.03', 'M48.061 M48.02 M96.1 M48.062'],
  ] },
  { name: 'rheumatoid arthritis', system: 'joints', weight: 2, fromAge: 25, ageing: 0.3, loading: 1, stages: [
    ['inflammatory arthritis', '714.0 714.9 710.0 720.0 714.89', 'M06.9 M05.79 M32.9 M45.9 M06.4 M13.0'],
  ] },
  { name: 'osteoporosis', system: 'joints', weight: 4, fromAge: 50, ageing: 0.7, loading: 0.9, stages: [
    ['low bone mass', '733.90 733.00 733.01 733.02', 'M85.80 M81.0 M81.8 M89.9'],
    ['fragility fracture', '733.13 733.14 733.12 V13.51', 'M80.08XA Z87.310 M80.051A M84.48XA'],
  ] },
  { name: 'soft tissue rheumatism', system: 'joints', weight: 7, fromAge: 25, ageing: 0.1, loading: 1, stages: [
    ['soft tissue disorder', '729.1 726.10 727.03 726.2 726.32', 'M79.7 M75.100 M65.30 M75.40 M77.10 M79.1'],
  ] },
  { name: 'reflux disease', system: 'gut', weight: 9, fromAge: 15, ageing: 0.2, loading: 0.9, stages: [
    ['reflux', '530.81 787.1 530.11 535.50', 'K21.9 K21.0 R12 K29.70'],
    ['Barrett, ulcer or stricture', '530.85 530.3 531.90 532.90', 'K22.70 K22.2 K25.9 K26.9'],
  ] },
  { name: 'functional bowel disorder', system: 'gut', weight: 6, fromAge: 12, ageing: 0, loading: 1, stages: [
    ['functional bowel disorder', '564.00 564.1 787.91 789.00 787.3', 'K59.00 K58.9 R19.7 R10.9 R14.0 K58.0'],
  ] },
  { name: 'diverticular disease', system: 'gut', weight: 4, fromAge: 40, ageing: 0.6, loading: 1, stages: [
    ['diverticulosis, polyps', '562.10 211.3 455.0 V12.72', 'K57.30 K63.5 K64.8 Z86.010 D12.6'],
    ['diverticulitis', '562.11 569.3 562.13 562.12', 'K57.32 K62.5 K57.92 K57.20'],
  ] },
  { name: 'gallstones', system: 'gut', weight: 4, fromAge: 25, ageing: 0.2, loading: 1, stages: [
    ['gallstones', '574.20 575.11 574.10 575.8', 'K80.20 K81.1 K80.10 K82.8'],
    ['cholecystitis, pancreatitis', '574.00 577.0 574.50 577.1', 'K80.00 K85.90 K80.50 K86.1'],
  ] },
  { name: 'inflammatory bowel disease', system: 'gut', weight: 2, fromAge: 15, ageing: -0.2, loading: 1.1, stages: [
    ['inflammatory bowel disease', '556.9 555.9 555.1 556.6', 'K51.90 K50.90 K50.10 K51.00 K50.00'],
  ] },
  { name: 'prostate disease', system: 'urinary', weight: 7, fromAge: 45, ageing: 0.8, loading: 0.9, sex: 'M', stages: [
    ['enlarged prostate', '600.00 600.01 790.93 601.1', 'N40.0 N40.1 R97.20 N41.1'],
    ['urinary retention', '788.20 596.0 600.91 788.21', 'R33.9 N32.0 N40.3 R33.8'],
  ] },
  { name: 'urinary stones', system: 'urinary', weight: 5, fromAge: 20, ageing: 0.2, loading: 1, stages: [
    ['stones', '592.0 592.1 788.0 599.70', 'N20.0 N20.1 N23 R31.9'],
    ['obstruction', '591 593.4 592.9 593.3', 'N13.30 N13.2 N13.8 N20.9'],
  ] },
  { name: 'bladder disorder', system: 'urinary', weight: 6, fromAge: 30, ageing: 0.4, loading: 1, stages: [
    ['bladder disorder', '596.51 788.30 595.1 788.41 788.31', 'N32.81 R32 N30.10 R35.0 N39.41 N39.46'],
  ] },
  { name: 'gynaecological disorder', system: 'urinary', weight: 7, fromAge: 18, ageing: -0.4, loading: 0.9, sex: 'F', stages: [
    ['menstrual disorder', '626.2 626.4 625.3 627.2', 'N92.0 N92.6 N94.6 N95.1'],
    ['fibroids, endometriosis', '218.9 617.9 620.2 618.00', 'D25.9 N80.9 N83.20 N81.9'],
  ] },
  { name: 'headache disorder', system: 'nerves', weight: 7, fromAge: 10, ageing: -0.4, loading: 1, stages: [
    ['headache', '784.0 307.81 339.10', 'R51 G44.209 G44.1'],
    ['migraine', '346.90 346.10 346.00 346.70', 'G43.909 G43.009 G43.109 G43.709'],
  ] },
  { name: 'epilepsy', system: 'nerves', weight: 2, fromAge: 3, ageing: -0.2, loading: 1, stages: [
    ['epilepsy', '780.39 345.90 345.10 345.40', 'R56.9 G40.909 G40.309 G40.209'],
  ] },
  { name: 'neurodegenerative disease', system: 'nerves', weight: 3, fromAge: 60, ageing: 1.2, loading: 1, stages: [
    ['memory loss, tremor', '780.93 331.83 333.1 781.0', 'R41.3 G31.84 G25.0 R25.1'],
    ['dementia, Parkinson disease', '331.0 294.20 332.0 290.40', 'G30.9 F03.90 G20 F01.50'],
  ] },
  { name: 'nerve entrapment and neuralgia', system: 'nerves', weight: 5, fromAge: 25, ageing: 0.3, loading: 1, stages: [
    ['neuropathy', '354.0 356.9 729.2 782.0 354.2', 'G56.00 G62.9 M79.2 R20.2 G56.20 R20.0'],
  ] },
  { name: 'eye disease', system: 'eyes and skin', weight: 7, fromAge: 30, ageing: 0.6, loading: 0.9, stages: [
    ['cataract', '366.9 366.16 375.15 367.4', 'H26.9 H25.13 H04.123 H52.4'],
    ['glaucoma, macular disease', '365.9 365.11 362.51 V43.1', 'H40.9 H40.10X0 H35.30 Z96.1'],
  ] },
  { name: 'skin disease', system: 'eyes and skin', weight: 8, fromAge: 3, ageing: 0, loading: 1, stages: [
    ['dermatitis', '692.9 690.10 691.8 706.1', 'L30.9 L21.9 L20.9 L70.0'],
    ['psoriasis, keratosis', '696.1 702.0 695.3 701.1', 'L40.0 L57.0 L71.9 L85.9'],
  ] },
  { name: 'solid cancer', system: 'cancer', weight: 3, fromAge: 40, ageing: 0.8, loading: 1, stages: [
    ['primary tumour', '174.9 185 153.9 162.9 188.9', 'C50.919 C61 C18.9 C34.90 C67.9'],
    ['metastatic or treated', '198.5 197.0 V58.11 196.9 197.7', 'C79.51 C78.00 Z51.11 C77.9 C78.7'],
  ] },
  { name: 'anaemia and blood disease', system: 'cancer', weight: 5, fromAge: 15, ageing: 0.3, loading: 0.8, stages: [
    ['anaemia', '285.9 280.9 281.1 285.29', 'D64.9 D50.9 D51.9 D63.8'],
    ['blood disorder', '287.5 288.50 238.75 202.80', 'D69.6 D72.819 D46.9 C85.90'],
  ] },
];

/** Short illnesses that anybody may have at any visit; they neither persist nor bear on the outcome. */
// prettier-ignore
export const acuteIllnesses: readonly Stage[] = [
  ['upper airway infection', '465.9 462 466.0 461.9', 'J06.9 J02.9 J20.9 J01.90'],
  ['urinary infection', '599.0 595.0 590.80', 'N39.0 N30.00 N10'],
  ['injury', '847.0 845.00 959.01 883.0', 'S13.4XXA S93.401A S09.90XA S61.209A'],
  ['gut infection', '558.9 787.01 008.8', 'K52.9 R11.2 A08.4'],
  ['examination', 'V70.0 V72.31 V04.81 V76.12', 'Z00.00 Z01.419 Z23 Z12.31'],
];

/** What long hospital stays bring with them: the longer the stay, the likelier one of these. */
// prettier-ignore
export const complications: readonly Stage[] = [
  ['sepsis', '038.9 995.91 995.92', 'A41.9 R65.20 R65.21'],
  ['hospital pneumonia', '486 507.0 482.9', 'J18.9 J69.0 J15.9'],
  ['pressure ulcer', '707.03 707.05 707.07', 'L89.159 L89.309 L89.609'],
  ['malnutrition and delirium', '263.9 780.97 293.0', 'E46 R41.82 F05'],
  ['clostridium infection and ileus', '008.45 560.1 536.3', 'A04.7 K56.7 K31.84'],
];
