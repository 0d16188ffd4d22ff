import { parseNames } from './names';

/** Names of the catalogue's ICD-9-CM codes (public domain, US government), in the order of the catalogue. */
export const icd9Names: ReadonlyMap<string, string> = parseNames(`
790.29 Other abnormal glucose | 790.21 Impaired fasting glucose | 790.22 Impaired oral glucose tolerance test
250.00 Type 2 diabetes without complication | 250.02 Type 2 diabetes without complication, uncontrolled
250.60 Type 2 diabetes with neurological manifestations | 250.40 Type 2 diabetes with renal manifestations
250.50 Type 2 diabetes with ophthalmic manifestations | 250.62 Type 2 diabetes with neurological manifestations, uncontrolled
250.42 Type 2 diabetes with renal manifestations, uncontrolled | 250.52 Type 2 diabetes with ophthalmic manifestations, uncontrolled
250.70 Type 2 diabetes with peripheral circulatory disorders | 250.80 Type 2 diabetes with other manifestations
250.72 Type 2 diabetes with peripheral circulatory disorders, uncontrolled | 250.82 Type 2 diabetes with other manifestations, uncontrolled
250.90 Type 2 diabetes with unspecified complication | 250.92 Type 2 diabetes with unspecified complication, uncontrolled
428.0 Congestive heart failure, unspecified | 428.9 Heart failure, unspecified | 428.20 Systolic heart failure, unspecified
428.30 Diastolic heart failure, unspecified | 428.22 Chronic systolic heart failure | 428.32 Chronic diastolic heart failure
428.40 Combined systolic and diastolic heart failure, unspecified | 428.21 Acute systolic heart failure
428.23 Acute on chronic systolic heart failure | 428.31 Acute diastolic heart failure | 428.33 Acute on chronic diastolic heart failure
428.41 Acute combined systolic and diastolic heart failure | 428.43 Acute on chronic combined systolic and diastolic heart failure
414.01 Coronary atherosclerosis of native coronary artery | 414.00 Coronary atherosclerosis of unspecified vessel
413.9 Other and unspecified angina pectoris | 414.8 Other chronic ischemic heart disease | 414.9 Chronic ischemic heart disease, unspecified
V45.82 Percutaneous transluminal coronary angioplasty status | 413.1 Prinzmetal angina | 414.3 Coronary atherosclerosis due to lipid rich plaque
414.02 Coronary atherosclerosis of autologous vein bypass graft | 414.05 Coronary atherosclerosis of unspecified bypass graft | 413.0 Angina decubitus
414.2 Chronic total occlusion of coronary artery | 414.4 Coronary atherosclerosis due to calcified coronary lesion
410.71 Subendocardial infarction, initial episode of care | 410.41 Acute myocardial infarction of other inferior wall, initial episode of care
412 Old myocardial infarction | 411.1 Intermediate coronary syndrome
410.11 Acute myocardial infarction of other anterior wall, initial episode of care
410.91 Acute myocardial infarction of unspecified site, initial episode of care
410.31 Acute myocardial infarction of inferoposterior wall, initial episode of care | 411.81 Acute coronary occlusion without myocardial infarction
410.01 Acute myocardial infarction of anterolateral wall, initial episode of care
410.21 Acute myocardial infarction of inferolateral wall, initial episode of care
410.51 Acute myocardial infarction of other lateral wall, initial episode of care | 410.61 True posterior wall infarction, initial episode of care
410.81 Acute myocardial infarction of other specified sites, initial episode of care | 411.89 Other acute and subacute ischemic heart disease
414.10 Aneurysm of heart (wall) | 414.19 Other aneurysm of heart | 429.79 Other sequelae of myocardial infarction
429.71 Acquired cardiac septal defect | V45.81 Aortocoronary bypass status | 429.6 Rupture of papillary muscle | 414.11 Aneurysm of coronary vessels
V45.89 Other postprocedural status | 429.3 Cardiomegaly | 429.0 Myocarditis, unspecified | 429.9 Heart disease, unspecified
429.2 Cardiovascular disease, unspecified | 429.1 Myocardial degeneration | 429.81 Other disorders of papillary muscle
429.89 Other ill-defined heart diseases | 425.4 Other primary cardiomyopathies | 425.8 Cardiomyopathy in other diseases classified elsewhere
425.18 Other hypertrophic cardiomyopathy | 425.9 Secondary cardiomyopathy, unspecified | 425.11 Hypertrophic obstructive cardiomyopathy
425.5 Alcoholic cardiomyopathy | 425.2 Obscure cardiomyopathy of Africa | 425.7 Nutritional and metabolic cardiomyopathy
425.3 Endocardial fibroelastosis | 427.31 Atrial fibrillation | 427.61 Supraventricular premature beats
427.0 Paroxysmal supraventricular tachycardia | V58.61 Long-term (current) use of anticoagulants | 427.2 Paroxysmal tachycardia, unspecified
427.32 Atrial flutter | 427.81 Sinoatrial node dysfunction | 427.89 Other specified cardiac dysrhythmias
V12.53 Personal history of sudden cardiac arrest | V45.09 Other specified cardiac device in situ | 427.69 Other premature beats | 785.1 Palpitations
427.60 Premature beats, unspecified | 427.9 Cardiac dysrhythmia, unspecified | 785.0 Tachycardia, unspecified
427.1 Paroxysmal ventricular tachycardia | 427.41 Ventricular fibrillation | 427.5 Cardiac arrest
V45.02 Automatic implantable cardiac defibrillator in situ | 427.42 Ventricular flutter | 426.4 Right bundle branch block
426.3 Other left bundle branch block | 426.11 First degree atrioventricular block | 426.2 Left bundle branch hemiblock
426.53 Other bilateral bundle branch block | 426.6 Other heart block | 426.7 Anomalous atrioventricular excitation
426.51 Right bundle branch block and left posterior fascicular block | 426.52 Right bundle branch block and left anterior fascicular block
426.54 Trifascicular block | 426.0 Atrioventricular block, complete | 426.13 Other second degree atrioventricular block
V45.01 Cardiac pacemaker in situ | 426.12 Mobitz (type) II atrioventricular block | 426.10 Atrioventricular block, unspecified
426.82 Long QT syndrome | 426.9 Conduction disorder, unspecified | 424.0 Mitral valve disorders | 785.2 Undiagnosed cardiac murmurs
396.3 Mitral valve insufficiency and aortic valve insufficiency | 424.2 Tricuspid valve disorders, specified as nonrheumatic
397.0 Diseases of tricuspid valve | 424.3 Pulmonary valve disorders | 396.8 Multiple involvement of mitral and aortic valves
397.1 Rheumatic diseases of pulmonary valve | 396.9 Mitral and aortic valve diseases, unspecified | 424.1 Aortic valve disorders
395.0 Rheumatic aortic stenosis | 396.2 Mitral valve insufficiency and aortic valve stenosis | V43.3 Heart valve replaced by other means
394.0 Mitral stenosis | 394.1 Rheumatic mitral insufficiency | 394.2 Mitral stenosis with insufficiency | 395.1 Rheumatic aortic insufficiency
395.2 Rheumatic aortic stenosis with insufficiency | 396.0 Mitral valve stenosis and aortic valve stenosis
402.90 Unspecified hypertensive heart disease without heart failure | 402.10 Benign hypertensive heart disease without heart failure
402.00 Malignant hypertensive heart disease without heart failure | 405.99 Other unspecified secondary hypertension
405.91 Unspecified renovascular hypertension | 405.19 Other benign secondary hypertension
404.90 Hypertensive heart and chronic kidney disease, unspecified, without heart failure, stage I to IV
404.10 Hypertensive heart and chronic kidney disease, benign, without heart failure, stage I to IV
404.92 Hypertensive heart and chronic kidney disease, unspecified, without heart failure, stage V
403.90 Hypertensive chronic kidney disease, unspecified, stage I to IV
404.00 Hypertensive heart and chronic kidney disease, malignant, without heart failure, stage I to IV
404.02 Hypertensive heart and chronic kidney disease, malignant, without heart failure, stage V
404.12 Hypertensive heart and chronic kidney disease, benign, without heart failure, stage V
403.10 Hypertensive chronic kidney disease, benign, stage I to IV | 403.00 Hypertensive chronic kidney disease, malignant, stage I to IV
585.3 Chronic kidney disease, stage III (moderate) | 585.9 Chronic kidney disease, unspecified | 585.2 Chronic kidney disease, stage II (mild)
791.0 Proteinuria | 593.9 Unspecified disorder of kidney and ureter | 585.1 Chronic kidney disease, stage I
585.4 Chronic kidney disease, stage IV (severe) | 585.5 Chronic kidney disease, stage V | 588.81 Secondary hyperparathyroidism of renal origin
403.91 Hypertensive chronic kidney disease, unspecified, stage V or end stage | 588.89 Other disorders resulting from impaired renal function
588.0 Renal osteodystrophy | 585.6 End stage renal disease | V45.11 Renal dialysis status | V56.0 Encounter for extracorporeal dialysis
443.9 Peripheral vascular disease, unspecified | 440.21 Atherosclerosis of native arteries of the extremities with intermittent claudication
440.20 Atherosclerosis of native arteries of the extremities, unspecified | 443.89 Other specified peripheral vascular diseases
440.29 Other atherosclerosis of native arteries of the extremities | 440.30 Atherosclerosis of unspecified bypass graft of the extremities
443.81 Peripheral angiopathy in diseases classified elsewhere | 443.1 Thromboangiitis obliterans
440.22 Atherosclerosis of native arteries of the extremities with rest pain
440.24 Atherosclerosis of native arteries of the extremities with gangrene
440.23 Atherosclerosis of native arteries of the extremities with ulceration | 707.14 Ulcer of heel and midfoot
440.4 Chronic total occlusion of artery of the extremities | 785.4 Gangrene | 707.15 Ulcer of other part of foot | 440.0 Atherosclerosis of aorta
440.9 Generalized and unspecified atherosclerosis | 447.1 Stricture of artery | 440.8 Atherosclerosis of other specified arteries
440.1 Atherosclerosis of renal artery | 444.22 Arterial embolism and thrombosis of lower extremity
441.4 Abdominal aneurysm without mention of rupture | 441.2 Thoracic aneurysm without mention of rupture
441.9 Aortic aneurysm of unspecified site without mention of rupture | 442.2 Aneurysm of iliac artery | 441.01 Dissection of aorta, thoracic
441.02 Dissection of aorta, abdominal | 441.03 Dissection of aorta, thoracoabdominal | 441.7 Thoracoabdominal aneurysm without mention of rupture
442.3 Aneurysm of artery of lower extremity | 416.8 Other chronic pulmonary heart diseases | 416.0 Primary pulmonary hypertension
416.9 Chronic pulmonary heart disease, unspecified | 417.8 Other specified diseases of pulmonary circulation | 415.0 Acute cor pulmonale
416.2 Chronic pulmonary embolism | 417.1 Aneurysm of pulmonary artery | 417.9 Unspecified disease of pulmonary circulation
416.1 Kyphoscoliotic heart disease | 782.3 Edema | 729.81 Swelling of limb | 459.81 Venous (peripheral) insufficiency, unspecified
454.8 Varicose veins of lower extremities with other complications | 457.1 Other lymphedema | 459.10 Postphlebitic syndrome without complications
459.30 Chronic venous hypertension without complications | 276.69 Other fluid overload | 276.1 Hyposmolality and/or hyponatremia
511.9 Unspecified pleural effusion | 514 Pulmonary congestion and hypostasis | 789.59 Other ascites
511.89 Other specified forms of effusion, except tuberculous | 518.4 Acute edema of lung, unspecified | 786.05 Shortness of breath
786.09 Other respiratory abnormalities | 786.50 Chest pain, unspecified | 786.02 Orthopnea | 780.2 Syncope and collapse
794.31 Nonspecific abnormal electrocardiogram | 786.51 Precordial pain | 786.52 Painful respiration | 786.59 Other chest pain | 786.06 Tachypnea
786.04 Cheyne-Stokes respiration | 433.10 Occlusion and stenosis of carotid artery without cerebral infarction
435.9 Unspecified transient cerebral ischemia | 437.0 Cerebral atherosclerosis
433.30 Occlusion and stenosis of multiple and bilateral precerebral arteries without cerebral infarction
433.00 Occlusion and stenosis of basilar artery without cerebral infarction
433.20 Occlusion and stenosis of vertebral artery without cerebral infarction
433.80 Occlusion and stenosis of other precerebral artery without cerebral infarction | 437.9 Unspecified cerebrovascular disease
437.1 Other generalized ischemic cerebrovascular disease | 435.8 Other specified transient cerebral ischemias
434.91 Cerebral artery occlusion, unspecified, with cerebral infarction | 434.11 Cerebral embolism with cerebral infarction
438.20 Late effects of cerebrovascular disease, hemiplegia affecting unspecified side
V12.54 Personal history of transient ischemic attack and cerebral infarction without residual deficits
438.9 Unspecified late effects of cerebrovascular disease | 434.00 Cerebral thrombosis without cerebral infarction
434.01 Cerebral thrombosis with cerebral infarction | 436 Acute, but ill-defined, cerebrovascular disease
438.11 Late effects of cerebrovascular disease, aphasia | 438.21 Late effects of cerebrovascular disease, hemiplegia affecting dominant side
438.82 Late effects of cerebrovascular disease, dysphagia | 401.9 Unspecified essential hypertension | 401.1 Benign essential hypertension
796.2 Elevated blood pressure reading without diagnosis of hypertension | 272.4 Other and unspecified hyperlipidemia | 272.0 Pure hypercholesterolemia
272.2 Mixed hyperlipidemia | 272.1 Pure hyperglyceridemia | 278.02 Overweight | V85.25 Body mass index 29.0-29.9, adult | 278.00 Obesity, unspecified
783.1 Abnormal weight gain | 278.01 Morbid obesity | V85.41 Body mass index 40.0-44.9, adult | 278.03 Obesity hypoventilation syndrome
V45.86 Bariatric surgery status | 241.0 Nontoxic uninodular goiter | 240.9 Goiter, unspecified | 246.9 Unspecified disorder of thyroid
241.1 Nontoxic multinodular goiter | 244.9 Unspecified acquired hypothyroidism | 245.2 Chronic lymphocytic thyroiditis
244.8 Other specified acquired hypothyroidism | 242.90 Thyrotoxicosis without goiter or other cause, without storm | 274.9 Gout, unspecified
274.00 Gouty arthropathy, unspecified | 274.01 Acute gouty arthropathy | 274.02 Chronic gouty arthropathy without tophus
491.9 Unspecified chronic bronchitis | 496 Chronic airway obstruction, not elsewhere classified
491.20 Obstructive chronic bronchitis without exacerbation | 490 Bronchitis, not specified as acute or chronic
491.21 Obstructive chronic bronchitis with (acute) exacerbation | 492.8 Other emphysema | 491.22 Obstructive chronic bronchitis with acute bronchitis
494.0 Bronchiectasis without acute exacerbation | 518.83 Chronic respiratory failure | V46.2 Dependence on supplemental oxygen
518.84 Acute and chronic respiratory failure | 493.90 Asthma, unspecified type | 493.00 Extrinsic asthma, unspecified
493.92 Asthma, unspecified type, with (acute) exacerbation | 493.20 Chronic obstructive asthma, unspecified
493.02 Extrinsic asthma with (acute) exacerbation | 305.1 Tobacco use disorder | V15.82 Personal history of tobacco use
649.01 Tobacco use disorder complicating pregnancy, delivered | 477.9 Allergic rhinitis, cause unspecified | 477.0 Allergic rhinitis due to pollen
472.0 Chronic rhinitis | 477.8 Allergic rhinitis due to other allergen | 473.9 Unspecified sinusitis (chronic) | 471.0 Polyp of nasal cavity
473.0 Chronic maxillary sinusitis | 471.9 Unspecified nasal polyp | 311 Depressive disorder, not elsewhere classified | 300.4 Dysthymic disorder
309.0 Adjustment disorder with depressed mood | 296.20 Major depressive affective disorder, single episode, unspecified
296.30 Major depressive affective disorder, recurrent episode, unspecified | 296.33 Major depressive affective disorder, recurrent episode, severe
296.32 Major depressive affective disorder, recurrent episode, moderate | V62.84 Suicidal ideation | 300.00 Anxiety state, unspecified
300.02 Generalized anxiety disorder | 300.01 Panic disorder without agoraphobia | 309.81 Posttraumatic stress disorder
309.24 Adjustment disorder with anxiety | 305.00 Alcohol abuse, unspecified | 303.90 Other and unspecified alcohol dependence, unspecified
305.03 Alcohol abuse, in remission | 303.00 Acute alcoholic intoxication in alcoholism, unspecified | 571.1 Acute alcoholic hepatitis
571.0 Alcoholic fatty liver | 571.3 Alcoholic liver damage, unspecified | 573.3 Hepatitis, unspecified | 571.2 Alcoholic cirrhosis of liver
571.5 Cirrhosis of liver without mention of alcohol | 572.2 Hepatic encephalopathy | 456.1 Esophageal varices without mention of bleeding
572.3 Portal hypertension | 305.20 Cannabis abuse, unspecified | 305.50 Opioid abuse, unspecified | 305.60 Cocaine abuse, unspecified
305.90 Other, mixed, or unspecified drug abuse, unspecified | 304.00 Opioid type dependence, unspecified | 304.20 Cocaine dependence, unspecified
304.30 Cannabis dependence, unspecified | 304.90 Unspecified drug dependence, unspecified | 296.80 Bipolar disorder, unspecified
295.90 Unspecified schizophrenia, unspecified | 296.50 Bipolar I disorder, most recent episode depressed, unspecified
295.70 Schizoaffective disorder, unspecified | 298.9 Unspecified psychosis | 780.52 Insomnia, unspecified
307.42 Persistent disorder of initiating or maintaining sleep | 327.00 Organic insomnia, unspecified | 780.50 Sleep disturbance, unspecified
719.46 Pain in joint, lower leg | 719.41 Pain in joint, shoulder region | 719.45 Pain in joint, pelvic region and thigh
719.47 Pain in joint, ankle and foot | 715.96 Osteoarthrosis, unspecified whether generalized or localized, lower leg
715.90 Osteoarthrosis, unspecified whether generalized or localized, site unspecified
715.95 Osteoarthrosis, unspecified whether generalized or localized, pelvic region and thigh | 715.16 Osteoarthrosis, localized, primary, lower leg
715.09 Osteoarthrosis, generalized, multiple sites | V43.65 Knee joint replacement | V43.64 Hip joint replacement
715.36 Osteoarthrosis, localized, not specified whether primary or secondary, lower leg | 724.2 Lumbago | 724.5 Backache, unspecified
723.1 Cervicalgia | 724.4 Thoracic or lumbosacral neuritis or radiculitis, unspecified
722.52 Degeneration of lumbar or lumbosacral intervertebral disc | 722.10 Displacement of lumbar intervertebral disc without myelopathy
721.3 Lumbosacral spondylosis without myelopathy | 722.4 Degeneration of cervical intervertebral disc
722.0 Displacement of cervical intervertebral disc without myelopathy | 724.02 Spinal stenosis, lumbar region, without neurogenic claudication
723.0 Spinal stenosis in cervical region | 722.83 Postlaminectomy syndrome, lumbar region
724.03 Spinal stenosis, lumbar region, with neurogenic claudication | 714.0 Rheumatoid arthritis | 714.9 Unspecified inflammatory polyarthropathy
710.0 Systemic lupus erythematosus | 720.0 Ankylosing spondylitis | 714.89 Other specified inflammatory polyarthropathies
733.90 Disorder of bone and cartilage, unspecified | 733.00 Osteoporosis, unspecified | 733.01 Senile osteoporosis | 733.02 Idiopathic osteoporosis
733.13 Pathologic fracture of vertebrae | 733.14 Pathologic fracture of neck of femur | 733.12 Pathologic fracture of distal radius and ulna
V13.51 Personal history of pathologic fracture | 729.1 Myalgia and myositis, unspecified
726.10 Disorders of bursae and tendons in shoulder region, unspecified | 727.03 Trigger finger (acquired) | 726.2 Other affections of shoulder region
726.32 Lateral epicondylitis | 530.81 Esophageal reflux | 787.1 Heartburn | 530.11 Reflux esophagitis
535.50 Unspecified gastritis and gastroduodenitis, without hemorrhage | 530.85 Barrett's esophagus | 530.3 Stricture and stenosis of esophagus
531.90 Gastric ulcer, unspecified, without hemorrhage, perforation or obstruction
532.90 Duodenal ulcer, unspecified, without hemorrhage, perforation or obstruction | 564.00 Constipation, unspecified | 564.1 Irritable bowel syndrome
787.91 Diarrhea | 789.00 Abdominal pain, unspecified site | 787.3 Flatulence, eructation, and gas pain
562.10 Diverticulosis of colon (without mention of hemorrhage) | 211.3 Benign neoplasm of colon
455.0 Internal hemorrhoids without mention of complication | V12.72 Personal history of colonic polyps
562.11 Diverticulitis of colon (without mention of hemorrhage) | 569.3 Hemorrhage of rectum and anus | 562.13 Diverticulitis of colon with hemorrhage
562.12 Diverticulosis of colon with hemorrhage | 574.20 Calculus of gallbladder without cholecystitis, without obstruction
575.11 Chronic cholecystitis | 574.10 Calculus of gallbladder with other cholecystitis, without obstruction
575.8 Other specified disorders of gallbladder | 574.00 Calculus of gallbladder with acute cholecystitis, without obstruction
577.0 Acute pancreatitis | 574.50 Calculus of bile duct without cholecystitis, without obstruction | 577.1 Chronic pancreatitis
556.9 Ulcerative colitis, unspecified | 555.9 Regional enteritis of unspecified site | 555.1 Regional enteritis of large intestine
556.6 Universal ulcerative (chronic) colitis | 600.00 Hypertrophy (benign) of prostate without urinary obstruction
600.01 Hypertrophy (benign) of prostate with urinary obstruction | 790.93 Elevated prostate specific antigen | 601.1 Chronic prostatitis
788.20 Retention of urine, unspecified | 596.0 Bladder neck obstruction | 600.91 Hyperplasia of prostate, unspecified, with urinary obstruction
788.21 Incomplete bladder emptying | 592.0 Calculus of kidney | 592.1 Calculus of ureter | 788.0 Renal colic | 599.70 Hematuria, unspecified
591 Hydronephrosis | 593.4 Other ureteric obstruction | 592.9 Urinary calculus, unspecified | 593.3 Stricture or kinking of ureter
596.51 Hypertonicity of bladder | 788.30 Urinary incontinence, unspecified | 595.1 Chronic interstitial cystitis | 788.41 Urinary frequency
788.31 Urge incontinence | 626.2 Excessive or frequent menstruation | 626.4 Irregular menstrual cycle | 625.3 Dysmenorrhea
627.2 Symptomatic menopausal or female climacteric states | 218.9 Leiomyoma of uterus, unspecified | 617.9 Endometriosis, site unspecified
620.2 Other and unspecified ovarian cyst | 618.00 Unspecified prolapse of vaginal walls | 784.0 Headache | 307.81 Tension headache
339.10 Tension type headache, unspecified | 346.90 Migraine, unspecified, not intractable | 346.10 Migraine without aura, not intractable
346.00 Migraine with aura, not intractable | 346.70 Chronic migraine without aura, not intractable | 780.39 Other convulsions
345.90 Epilepsy, unspecified, not intractable | 345.10 Generalized convulsive epilepsy, not intractable
345.40 Localization-related epilepsy with complex partial seizures, not intractable | 780.93 Memory loss | 331.83 Mild cognitive impairment, so stated
333.1 Essential and other specified forms of tremor | 781.0 Abnormal involuntary movements | 331.0 Alzheimer's disease
294.20 Dementia, unspecified, without behavioral disturbance | 332.0 Paralysis agitans | 290.40 Vascular dementia, uncomplicated
354.0 Carpal tunnel syndrome | 356.9 Unspecified hereditary and idiopathic peripheral neuropathy
729.2 Neuralgia, neuritis, and radiculitis, unspecified | 782.0 Disturbance of skin sensation | 354.2 Lesion of ulnar nerve
366.9 Unspecified cataract | 366.16 Senile nuclear sclerosis | 375.15 Tear film insufficiency, unspecified | 367.4 Presbyopia
365.9 Unspecified glaucoma | 365.11 Primary open angle glaucoma | 362.51 Nonexudative senile macular degeneration | V43.1 Lens replaced by other means
692.9 Contact dermatitis and other eczema, unspecified cause | 690.10 Seborrheic dermatitis, unspecified
691.8 Other atopic dermatitis and related conditions | 706.1 Other acne | 696.1 Other psoriasis | 702.0 Actinic keratosis | 695.3 Rosacea
701.1 Keratoderma, acquired | 174.9 Malignant neoplasm of breast (female), unspecified | 185 Malignant neoplasm of prostate
153.9 Malignant neoplasm of colon, unspecified site | 162.9 Malignant neoplasm of bronchus and lung, unspecified
188.9 Malignant neoplasm of bladder, part unspecified | 198.5 Secondary malignant neoplasm of bone and bone marrow
197.0 Secondary malignant neoplasm of lung | V58.11 Encounter for antineoplastic chemotherapy
196.9 Secondary malignant neoplasm of lymph nodes, site unspecified | 197.7 Secondary malignant neoplasm of liver | 285.9 Anemia, unspecified
280.9 Iron deficiency anemia, unspecified | 281.1 Other vitamin B12 deficiency anemia | 285.29 Anemia of other chronic disease
287.5 Thrombocytopenia, unspecified | 288.50 Leukocytopenia, unspecified | 238.75 Myelodysplastic syndrome, unspecified
202.80 Other malignant lymphomas, unspecified site | 465.9 Acute upper respiratory infections of unspecified site | 462 Acute pharyngitis
466.0 Acute bronchitis | 461.9 Acute sinusitis, unspecified | 599.0 Urinary tract infection, site not specified | 595.0 Acute cystitis
590.80 Pyelonephritis, unspecified | 847.0 Sprain of neck | 845.00 Sprain of ankle, unspecified site | 959.01 Head injury, unspecified
883.0 Open wound of finger(s), without mention of complication | 558.9 Other and unspecified noninfectious gastroenteritis and colitis
787.01 Nausea with vomiting | 008.8 Intestinal infection due to other organism, not elsewhere classified
V70.0 Routine general medical examination at a health care facility | V72.31 Routine gynecological examination
V04.81 Need for prophylactic vaccination and inoculation against influenza | V76.12 Other screening mammogram | 038.9 Unspecified septicemia
995.91 Sepsis | 995.92 Severe sepsis | 486 Pneumonia, organism unspecified | 507.0 Pneumonitis due to inhalation of food or vomitus
482.9 Bacterial pneumonia, unspecified | 707.03 Pressure ulcer, lower back | 707.05 Pressure ulcer, buttock | 707.07 Pressure ulcer, heel
263.9 Unspecified protein-calorie malnutrition | 780.97 Altered mental status | 293.0 Delirium due to conditions classified elsewhere
008.45 Intestinal infection due to Clostridium difficile | 560.1 Paralytic ileus | 536.3 Gastroparesis
`);
