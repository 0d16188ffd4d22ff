import { parseNames } from './names';

/** Names of the catalogue's ICD-10-CM codes (public domain, US government), in the order of the catalogue. */
export const icd10Names: ReadonlyMap<string, string> = parseNames(`
R73.03 Prediabetes | R73.01 Impaired fasting glucose | R73.02 Impaired glucose tolerance (oral) | R73.09 Other abnormal glucose
E11.9 Type 2 diabetes mellitus without complications | E11.65 Type 2 diabetes mellitus with hyperglycemia
E11.649 Type 2 diabetes mellitus with hypoglycemia without coma | E11.69 Type 2 diabetes mellitus with other specified complication
E11.40 Type 2 diabetes mellitus with diabetic neuropathy, unspecified | E11.42 Type 2 diabetes mellitus with diabetic polyneuropathy
E11.21 Type 2 diabetes mellitus with diabetic nephropathy | E11.22 Type 2 diabetes mellitus with diabetic chronic kidney disease
E11.319 Type 2 diabetes mellitus with unspecified diabetic retinopathy without macular edema
E11.29 Type 2 diabetes mellitus with other diabetic kidney complication | E11.43 Type 2 diabetes mellitus with diabetic autonomic (poly)neuropathy
E11.39 Type 2 diabetes mellitus with other diabetic ophthalmic complication
E11.51 Type 2 diabetes mellitus with diabetic peripheral angiopathy without gangrene | E11.621 Type 2 diabetes mellitus with foot ulcer
E11.59 Type 2 diabetes mellitus with other circulatory complications | E11.622 Type 2 diabetes mellitus with other skin ulcer
E11.8 Type 2 diabetes mellitus with unspecified complications | E11.52 Type 2 diabetes mellitus with diabetic peripheral angiopathy with gangrene
I50.9 Heart failure, unspecified | I50.20 Unspecified systolic (congestive) heart failure | I50.30 Unspecified diastolic (congestive) heart failure
I50.22 Chronic systolic (congestive) heart failure | I50.32 Chronic diastolic (congestive) heart failure
I50.40 Unspecified combined systolic (congestive) and diastolic (congestive) heart failure | I11.0 Hypertensive heart disease with heart failure
I50.21 Acute systolic (congestive) heart failure | I50.23 Acute on chronic systolic (congestive) heart failure
I50.31 Acute diastolic (congestive) heart failure | I50.33 Acute on chronic diastolic (congestive) heart failure
I50.41 Acute combined systolic (congestive) and diastolic (congestive) heart failure
I50.43 Acute on chronic combined systolic (congestive) and diastolic (congestive) heart failure
I13.0 Hypertensive heart and chronic kidney disease with heart failure and stage 1 through stage 4 chronic kidney disease, or unspecified chronic kidney disease
I25.10 Atherosclerotic heart disease of native coronary artery without angina pectoris
I25.119 Atherosclerotic heart disease of native coronary artery with unspecified angina pectoris | I20.9 Angina pectoris, unspecified
I25.118 Atherosclerotic heart disease of native coronary artery with other forms of angina pectoris
Z95.5 Presence of coronary angioplasty implant and graft | I25.810 Atherosclerosis of coronary artery bypass graft(s) without angina pectoris
I25.9 Chronic ischemic heart disease, unspecified | I20.8 Other forms of angina pectoris | I25.83 Coronary atherosclerosis due to lipid rich plaque
I25.84 Coronary atherosclerosis due to calcified coronary lesion | I25.82 Chronic total occlusion of coronary artery
I25.700 Atherosclerosis of coronary artery bypass graft(s), unspecified, with unstable angina pectoris
I25.709 Atherosclerosis of coronary artery bypass graft(s), unspecified, with unspecified angina pectoris
I25.710 Atherosclerosis of autologous vein coronary artery bypass graft(s) with unstable angina pectoris
I25.719 Atherosclerosis of autologous vein coronary artery bypass graft(s) with unspecified angina pectoris
I21.4 Non-ST elevation (NSTEMI) myocardial infarction | I25.2 Old myocardial infarction | I20.0 Unstable angina
I21.19 ST elevation (STEMI) myocardial infarction involving other coronary artery of inferior wall
I21.09 ST elevation (STEMI) myocardial infarction involving other coronary artery of anterior wall
I21.11 ST elevation (STEMI) myocardial infarction involving right coronary artery
I21.3 ST elevation (STEMI) myocardial infarction of unspecified site | I24.9 Acute ischemic heart disease, unspecified
I21.02 ST elevation (STEMI) myocardial infarction involving left anterior descending coronary artery
I22.2 Subsequent non-ST elevation (NSTEMI) myocardial infarction | I21.29 ST elevation (STEMI) myocardial infarction involving other sites
I21.01 ST elevation (STEMI) myocardial infarction involving left main coronary artery
I22.0 Subsequent ST elevation (STEMI) myocardial infarction of anterior wall
I22.1 Subsequent ST elevation (STEMI) myocardial infarction of inferior wall
I22.9 Subsequent ST elevation (STEMI) myocardial infarction of unspecified site
I24.0 Acute coronary thrombosis not resulting in myocardial infarction | I24.1 Dressler's syndrome | I24.8 Other forms of acute ischemic heart disease
I25.110 Atherosclerotic heart disease of native coronary artery with unstable angina pectoris | I25.5 Ischemic cardiomyopathy
I25.3 Aneurysm of heart | I25.6 Silent myocardial ischemia | Z95.1 Presence of aortocoronary bypass graft
I23.8 Other current complications following acute myocardial infarction
I23.6 Thrombosis of atrium, auricular appendage, and ventricle as current complications following acute myocardial infarction | I51.7 Cardiomegaly
I51.9 Heart disease, unspecified | I51.5 Myocardial degeneration | I51.4 Myocarditis, unspecified | I51.81 Takotsubo syndrome
I52 Other heart disorders in diseases classified elsewhere | I42.9 Cardiomyopathy, unspecified | I42.8 Other cardiomyopathies
I42.0 Dilated cardiomyopathy | I42.2 Other hypertrophic cardiomyopathy | I42.5 Other restrictive cardiomyopathy
I42.1 Obstructive hypertrophic cardiomyopathy | I43 Cardiomyopathy in diseases classified elsewhere | I42.6 Alcoholic cardiomyopathy
I42.3 Endomyocardial (eosinophilic) disease | I42.4 Endocardial fibroelastosis | I42.7 Cardiomyopathy due to drug and external agent
I41 Myocarditis in diseases classified elsewhere | I48.0 Paroxysmal atrial fibrillation | I48.91 Unspecified atrial fibrillation
I49.1 Atrial premature depolarization | I47.1 Supraventricular tachycardia | Z79.01 Long term (current) use of anticoagulants
I48.1 Persistent atrial fibrillation | I48.2 Chronic atrial fibrillation | I48.92 Unspecified atrial flutter | I48.3 Typical atrial flutter
I48.4 Atypical atrial flutter | I49.5 Sick sinus syndrome | Z86.79 Personal history of other diseases of the circulatory system
I49.3 Ventricular premature depolarization | R00.2 Palpitations | I49.40 Unspecified premature depolarization | I49.9 Cardiac arrhythmia, unspecified
I49.49 Other premature depolarization | R00.1 Bradycardia, unspecified | R00.0 Tachycardia, unspecified | I49.8 Other specified cardiac arrhythmias
I47.2 Ventricular tachycardia | I49.01 Ventricular fibrillation | Z95.810 Presence of automatic (implantable) cardiac defibrillator
I46.9 Cardiac arrest, cause unspecified | I47.0 Re-entry ventricular arrhythmia | I49.02 Ventricular flutter
I45.10 Unspecified right bundle-branch block | I44.7 Left bundle-branch block, unspecified | I44.0 Atrioventricular block, first degree
I44.4 Left anterior fascicular block | I45.2 Bifascicular block | I45.19 Other right bundle-branch block | I45.0 Right fascicular block
I45.4 Nonspecific intraventricular block | I45.6 Pre-excitation syndrome | I45.89 Other specified conduction disorders
I44.2 Atrioventricular block, complete | I44.1 Atrioventricular block, second degree | Z95.0 Presence of cardiac pacemaker
I45.5 Other specified heart block | I44.30 Unspecified atrioventricular block | I45.3 Trifascicular block | I45.81 Long QT syndrome
I45.9 Conduction disorder, unspecified | I34.0 Nonrheumatic mitral (valve) insufficiency | R01.1 Cardiac murmur, unspecified
I35.8 Other nonrheumatic aortic valve disorders | I36.1 Nonrheumatic tricuspid (valve) insufficiency | I34.1 Nonrheumatic mitral (valve) prolapse
I08.1 Rheumatic disorders of both mitral and tricuspid valves | I07.1 Rheumatic tricuspid insufficiency
I34.8 Other nonrheumatic mitral valve disorders | I36.0 Nonrheumatic tricuspid (valve) stenosis | I36.8 Other nonrheumatic tricuspid valve disorders
I37.1 Nonrheumatic pulmonary valve insufficiency | I08.8 Other rheumatic multiple valve diseases
I35.9 Nonrheumatic aortic valve disorder, unspecified | I35.0 Nonrheumatic aortic (valve) stenosis | I35.1 Nonrheumatic aortic (valve) insufficiency
I35.2 Nonrheumatic aortic (valve) stenosis with insufficiency | Z95.2 Presence of prosthetic heart valve | I05.0 Rheumatic mitral stenosis
I08.0 Rheumatic disorders of both mitral and aortic valves | Z95.3 Presence of xenogenic heart valve | I06.0 Rheumatic aortic stenosis
I34.2 Nonrheumatic mitral (valve) stenosis | I37.0 Nonrheumatic pulmonary valve stenosis | I06.1 Rheumatic aortic insufficiency
I06.2 Rheumatic aortic stenosis with insufficiency | I05.1 Rheumatic mitral insufficiency | I05.2 Rheumatic mitral stenosis with insufficiency
I08.2 Rheumatic disorders of both aortic and tricuspid valves | I11.9 Hypertensive heart disease without heart failure
I51.89 Other ill-defined heart diseases | I15.8 Other secondary hypertension | I15.9 Secondary hypertension, unspecified | I16.0 Hypertensive urgency
I13.10 Hypertensive heart and chronic kidney disease without heart failure, with stage 1 through stage 4 chronic kidney disease, or unspecified chronic kidney disease
I13.11 Hypertensive heart and chronic kidney disease without heart failure, with stage 5 chronic kidney disease, or end stage renal disease
I12.9 Hypertensive chronic kidney disease with stage 1 through stage 4 chronic kidney disease, or unspecified chronic kidney disease
I16.1 Hypertensive emergency | I16.9 Hypertensive crisis, unspecified | N18.3 Chronic kidney disease, stage 3 (moderate)
N18.9 Chronic kidney disease, unspecified | N18.2 Chronic kidney disease, stage 2 (mild) | R80.9 Proteinuria, unspecified
N18.1 Chronic kidney disease, stage 1 | N28.9 Disorder of kidney and ureter, unspecified
N25.9 Disorder resulting from impaired renal tubular function, unspecified | N18.4 Chronic kidney disease, stage 4 (severe)
N18.5 Chronic kidney disease, stage 5 | N25.81 Secondary hyperparathyroidism of renal origin | D63.1 Anemia in chronic kidney disease
I12.0 Hypertensive chronic kidney disease with stage 5 chronic kidney disease or end stage renal disease | N25.0 Renal osteodystrophy
N25.89 Other disorders resulting from impaired renal tubular function | N18.6 End stage renal disease | Z99.2 Dependence on renal dialysis
Z49.31 Encounter for adequacy testing for hemodialysis | Z91.15 Patient's noncompliance with renal dialysis
I73.9 Peripheral vascular disease, unspecified
I70.219 Atherosclerosis of native arteries of extremities with intermittent claudication, unspecified extremity
I70.209 Unspecified atherosclerosis of native arteries of extremities, unspecified extremity
I70.213 Atherosclerosis of native arteries of extremities with intermittent claudication, bilateral legs
I70.211 Atherosclerosis of native arteries of extremities with intermittent claudication, right leg
I70.212 Atherosclerosis of native arteries of extremities with intermittent claudication, left leg
I73.89 Other specified peripheral vascular diseases | I70.201 Unspecified atherosclerosis of native arteries of extremities, right leg
I70.202 Unspecified atherosclerosis of native arteries of extremities, left leg
I70.203 Unspecified atherosclerosis of native arteries of extremities, bilateral legs
I70.218 Atherosclerosis of native arteries of extremities with intermittent claudication, other extremity
I73.1 Thromboangiitis obliterans [Buerger's disease] | I70.229 Atherosclerosis of native arteries of extremities with rest pain, unspecified extremity
I70.25 Atherosclerosis of native arteries of other extremities with ulceration
I70.262 Atherosclerosis of native arteries of extremities with gangrene, left leg
I70.261 Atherosclerosis of native arteries of extremities with gangrene, right leg
I70.222 Atherosclerosis of native arteries of extremities with rest pain, left leg | I70.92 Chronic total occlusion of artery of the extremities
I70.221 Atherosclerosis of native arteries of extremities with rest pain, right leg
I70.223 Atherosclerosis of native arteries of extremities with rest pain, bilateral legs
I70.232 Atherosclerosis of native arteries of right leg with ulceration of calf
I70.234 Atherosclerosis of native arteries of right leg with ulceration of heel and midfoot
I70.242 Atherosclerosis of native arteries of left leg with ulceration of calf
I70.244 Atherosclerosis of native arteries of left leg with ulceration of heel and midfoot
I70.263 Atherosclerosis of native arteries of extremities with gangrene, bilateral legs | I96 Gangrene, not elsewhere classified
I70.0 Atherosclerosis of aorta | I70.91 Generalized atherosclerosis | I77.1 Stricture of artery | I70.8 Atherosclerosis of other arteries
I77.811 Abdominal aortic ectasia | I70.1 Atherosclerosis of renal artery | I77.9 Disorder of arteries and arterioles, unspecified
I74.3 Embolism and thrombosis of arteries of the lower extremities | I71.4 Abdominal aortic aneurysm, without rupture
I71.2 Thoracic aortic aneurysm, without rupture | I71.9 Aortic aneurysm of unspecified site, without rupture | I72.3 Aneurysm of iliac artery
I72.4 Aneurysm of artery of lower extremity | I71.00 Dissection of unspecified site of aorta | I71.01 Dissection of thoracic aorta
I71.02 Dissection of abdominal aorta | I71.03 Dissection of thoracoabdominal aorta | I72.0 Aneurysm of carotid artery
I27.20 Pulmonary hypertension, unspecified | I27.0 Primary pulmonary hypertension | I27.89 Other specified pulmonary heart diseases
I27.81 Cor pulmonale (chronic) | I27.9 Pulmonary heart disease, unspecified | I27.1 Kyphoscoliotic heart disease | I27.82 Chronic pulmonary embolism
I28.8 Other diseases of pulmonary vessels | I28.9 Disease of pulmonary vessels, unspecified
I26.99 Other pulmonary embolism without acute cor pulmonale | I27.21 Secondary pulmonary arterial hypertension
I27.23 Pulmonary hypertension due to lung diseases and hypoxia | R60.0 Localized edema | R60.9 Edema, unspecified | R60.1 Generalized edema
M79.89 Other specified soft tissue disorders | I87.2 Venous insufficiency (chronic) (peripheral)
I83.893 Varicose veins of bilateral lower extremities with other complications | I89.0 Lymphedema, not elsewhere classified
I87.8 Other specified disorders of veins | I87.309 Chronic venous hypertension (idiopathic) without complications of unspecified lower extremity
E87.70 Fluid overload, unspecified | E87.79 Other fluid overload | J90 Pleural effusion, not elsewhere classified
E87.1 Hypo-osmolality and hyponatremia | J81.0 Acute pulmonary edema | R18.8 Other ascites | J81.1 Chronic pulmonary edema
J91.8 Pleural effusion in other conditions classified elsewhere | I31.3 Pericardial effusion (noninflammatory) | R06.02 Shortness of breath
R06.00 Dyspnea, unspecified | R06.09 Other forms of dyspnea | R07.9 Chest pain, unspecified | R55 Syncope and collapse
R94.31 Abnormal electrocardiogram [ECG] [EKG] | R07.89 Other chest pain | R06.01 Orthopnea | R06.03 Acute respiratory distress
R07.1 Chest pain on breathing | R07.2 Precordial pain | R07.81 Pleurodynia | R94.39 Abnormal result of other cardiovascular function study
I65.29 Occlusion and stenosis of unspecified carotid artery | I65.23 Occlusion and stenosis of bilateral carotid arteries
G45.9 Transient cerebral ischemic attack, unspecified | I67.2 Cerebral atherosclerosis | I65.21 Occlusion and stenosis of right carotid artery
I65.22 Occlusion and stenosis of left carotid artery | I65.01 Occlusion and stenosis of right vertebral artery
I65.8 Occlusion and stenosis of other precerebral arteries | I66.9 Occlusion and stenosis of unspecified cerebral artery
I67.9 Cerebrovascular disease, unspecified | I67.81 Acute cerebrovascular insufficiency | I63.9 Cerebral infarction, unspecified
I63.40 Cerebral infarction due to embolism of unspecified cerebral artery
Z86.73 Personal history of transient ischemic attack (TIA), and cerebral infarction without residual deficits
I69.351 Hemiplegia and hemiparesis following cerebral infarction affecting right dominant side
I63.50 Cerebral infarction due to unspecified occlusion or stenosis of unspecified cerebral artery
I69.354 Hemiplegia and hemiparesis following cerebral infarction affecting left non-dominant side | I69.398 Other sequelae of cerebral infarction
I63.10 Cerebral infarction due to embolism of unspecified precerebral artery
I63.20 Cerebral infarction due to unspecified occlusion or stenosis of unspecified precerebral arteries
I63.30 Cerebral infarction due to thrombosis of unspecified cerebral artery | I63.8 Other cerebral infarction
I69.30 Unspecified sequelae of cerebral infarction | I69.320 Aphasia following cerebral infarction | I69.391 Dysphagia following cerebral infarction
I10 Essential (primary) hypertension | R03.0 Elevated blood-pressure reading, without diagnosis of hypertension
I15.2 Hypertension secondary to endocrine disorders | E78.5 Hyperlipidemia, unspecified | E78.2 Mixed hyperlipidemia
E78.00 Pure hypercholesterolemia, unspecified | E78.1 Pure hyperglyceridemia | E78.4 Other hyperlipidemia | E78.01 Familial hypercholesterolemia
E66.3 Overweight | E66.9 Obesity, unspecified | R63.5 Abnormal weight gain | Z68.29 Body mass index [BMI] 29.0-29.9, adult
Z68.33 Body mass index [BMI] 33.0-33.9, adult | E66.01 Morbid (severe) obesity due to excess calories | Z68.41 Body mass index [BMI]40.0-44.9, adult
E66.2 Morbid (severe) obesity with alveolar hypoventilation | Z98.84 Bariatric surgery status | Z68.42 Body mass index [BMI] 45.0-49.9, adult
E04.1 Nontoxic single thyroid nodule | E04.9 Nontoxic goiter, unspecified | E04.2 Nontoxic multinodular goiter
E07.9 Disorder of thyroid, unspecified | E03.9 Hypothyroidism, unspecified | E06.3 Autoimmune thyroiditis | E03.8 Other specified hypothyroidism
E05.90 Thyrotoxicosis, unspecified without thyrotoxic crisis or storm | E89.0 Postprocedural hypothyroidism | M10.9 Gout, unspecified
M10.00 Idiopathic gout, unspecified site | M1A.9XX0 Chronic gout, unspecified, without tophus (tophi) | M10.071 Idiopathic gout, right ankle and foot
M10.072 Idiopathic gout, left ankle and foot | J44.9 Chronic obstructive pulmonary disease, unspecified | J42 Unspecified chronic bronchitis
J41.0 Simple chronic bronchitis | J40 Bronchitis, not specified as acute or chronic
J44.1 Chronic obstructive pulmonary disease with (acute) exacerbation | J43.9 Emphysema, unspecified
J44.0 Chronic obstructive pulmonary disease with (acute) lower respiratory infection | J47.9 Bronchiectasis, uncomplicated
J43.2 Centrilobular emphysema | J96.10 Chronic respiratory failure, unspecified whether with hypoxia or hypercapnia
Z99.81 Dependence on supplemental oxygen | J96.11 Chronic respiratory failure with hypoxia
J96.20 Acute and chronic respiratory failure, unspecified whether with hypoxia or hypercapnia | J45.909 Unspecified asthma, uncomplicated
J45.20 Mild intermittent asthma, uncomplicated | J45.901 Unspecified asthma with (acute) exacerbation
J45.40 Moderate persistent asthma, uncomplicated | J45.30 Mild persistent asthma, uncomplicated | J45.50 Severe persistent asthma, uncomplicated
F17.210 Nicotine dependence, cigarettes, uncomplicated | Z87.891 Personal history of nicotine dependence | Z72.0 Tobacco use
F17.200 Nicotine dependence, unspecified, uncomplicated | F17.290 Nicotine dependence, other tobacco product, uncomplicated
J30.9 Allergic rhinitis, unspecified | J30.1 Allergic rhinitis due to pollen | J31.0 Chronic rhinitis | J30.2 Other seasonal allergic rhinitis
J30.89 Other allergic rhinitis | J32.9 Chronic sinusitis, unspecified | J33.9 Nasal polyp, unspecified | J32.0 Chronic maxillary sinusitis
J34.2 Deviated nasal septum | J32.4 Chronic pansinusitis | F32.9 Major depressive disorder, single episode, unspecified | F34.1 Dysthymic disorder
F43.21 Adjustment disorder with depressed mood | F32.0 Major depressive disorder, single episode, mild
F33.9 Major depressive disorder, recurrent, unspecified | F33.1 Major depressive disorder, recurrent, moderate
F33.2 Major depressive disorder, recurrent severe without psychotic features | R45.851 Suicidal ideations
F33.0 Major depressive disorder, recurrent, mild | F41.9 Anxiety disorder, unspecified | F41.1 Generalized anxiety disorder
F41.0 Panic disorder [episodic paroxysmal anxiety] | F43.10 Post-traumatic stress disorder, unspecified | F43.22 Adjustment disorder with anxiety
F40.10 Social phobia, unspecified | F10.10 Alcohol abuse, uncomplicated | F10.20 Alcohol dependence, uncomplicated
F10.129 Alcohol abuse with intoxication, unspecified | F10.21 Alcohol dependence, in remission | K70.10 Alcoholic hepatitis without ascites
K70.0 Alcoholic fatty liver | K70.9 Alcoholic liver disease, unspecified | K76.0 Fatty (change of) liver, not elsewhere classified
K70.30 Alcoholic cirrhosis of liver without ascites | K74.60 Unspecified cirrhosis of liver | K72.90 Hepatic failure, unspecified without coma
I85.00 Esophageal varices without bleeding | K76.6 Portal hypertension | F12.10 Cannabis abuse, uncomplicated | F11.10 Opioid abuse, uncomplicated
F14.10 Cocaine abuse, uncomplicated | F19.10 Other psychoactive substance abuse, uncomplicated | F15.10 Other stimulant abuse, uncomplicated
F11.20 Opioid dependence, uncomplicated | F14.20 Cocaine dependence, uncomplicated | F12.20 Cannabis dependence, uncomplicated
F19.20 Other psychoactive substance dependence, uncomplicated | F11.23 Opioid dependence with withdrawal | F31.9 Bipolar disorder, unspecified
F20.9 Schizophrenia, unspecified | F25.9 Schizoaffective disorder, unspecified
F29 Unspecified psychosis not due to a substance or known physiological condition | F31.81 Bipolar II disorder
F25.0 Schizoaffective disorder, bipolar type | G47.00 Insomnia, unspecified | F51.01 Primary insomnia | G47.9 Sleep disorder, unspecified
F51.04 Psychophysiologic insomnia | M25.561 Pain in right knee | M25.562 Pain in left knee | M25.511 Pain in right shoulder
M25.551 Pain in right hip | M25.571 Pain in right ankle and joints of right foot | M17.9 Osteoarthritis of knee, unspecified
M19.90 Unspecified osteoarthritis, unspecified site | M16.9 Osteoarthritis of hip, unspecified | M17.11 Unilateral primary osteoarthritis, right knee
M17.12 Unilateral primary osteoarthritis, left knee | M15.0 Primary generalized (osteo)arthritis | Z96.651 Presence of right artificial knee joint
Z96.641 Presence of right artificial hip joint | Z96.652 Presence of left artificial knee joint | M17.0 Bilateral primary osteoarthritis of knee
M54.5 Low back pain | M54.9 Dorsalgia, unspecified | M54.2 Cervicalgia | M54.16 Radiculopathy, lumbar region | M54.6 Pain in thoracic spine
M51.36 Other intervertebral disc degeneration, lumbar region | M51.26 Other intervertebral disc displacement, lumbar region
M47.816 Spondylosis without myelopathy or radiculopathy, lumbar region | M50.30 Other cervical disc degeneration, unspecified cervical region
M51.16 Intervertebral disc disorders with radiculopathy, lumbar region | M48.061 Spinal stenosis, lumbar region without neurogenic claudication
M48.02 Spinal stenosis, cervical region | M96.1 Postlaminectomy syndrome, not elsewhere classified
M48.062 Spinal stenosis, lumbar region with neurogenic claudication | M06.9 Rheumatoid arthritis, unspecified
M05.79 Rheumatoid arthritis with rheumatoid factor of multiple sites without organ or systems involvement
M32.9 Systemic lupus erythematosus, unspecified | M45.9 Ankylosing spondylitis of unspecified sites in spine | M06.4 Inflammatory polyarthropathy
M13.0 Polyarthritis, unspecified | M85.80 Other specified disorders of bone density and structure, unspecified site
M81.0 Age-related osteoporosis without current pathological fracture | M81.8 Other osteoporosis without current pathological fracture
M89.9 Disorder of bone, unspecified
M80.08XA Age-related osteoporosis with current pathological fracture, vertebra(e), initial encounter for fracture
Z87.310 Personal history of (healed) osteoporosis fracture
M80.051A Age-related osteoporosis with current pathological fracture, right femur, initial encounter for fracture
M84.48XA Pathological fracture, other site, initial encounter for fracture | M79.7 Fibromyalgia
M75.100 Unspecified rotator cuff tear or rupture of unspecified shoulder, not specified as traumatic | M65.30 Trigger finger, unspecified finger
M75.40 Impingement syndrome of unspecified shoulder | M77.10 Lateral epicondylitis, unspecified elbow | M79.1 Myalgia
K21.9 Gastro-esophageal reflux disease without esophagitis | K21.0 Gastro-esophageal reflux disease with esophagitis | R12 Heartburn
K29.70 Gastritis, unspecified, without bleeding | K22.70 Barrett's esophagus without dysplasia | K22.2 Esophageal obstruction
K25.9 Gastric ulcer, unspecified as acute or chronic, without hemorrhage or perforation
K26.9 Duodenal ulcer, unspecified as acute or chronic, without hemorrhage or perforation | K59.00 Constipation, unspecified
K58.9 Irritable bowel syndrome without diarrhea | R19.7 Diarrhea, unspecified | R10.9 Unspecified abdominal pain
R14.0 Abdominal distension (gaseous) | K58.0 Irritable bowel syndrome with diarrhea
K57.30 Diverticulosis of large intestine without perforation or abscess without bleeding | K63.5 Polyp of colon | K64.8 Other hemorrhoids
Z86.010 Personal history of colonic polyps | D12.6 Benign neoplasm of colon, unspecified
K57.32 Diverticulitis of large intestine without perforation or abscess without bleeding | K62.5 Hemorrhage of anus and rectum
K57.92 Diverticulitis of intestine, part unspecified, without perforation or abscess without bleeding
K57.20 Diverticulitis of large intestine with perforation and abscess without bleeding
K80.20 Calculus of gallbladder without cholecystitis without obstruction | K81.1 Chronic cholecystitis
K80.10 Calculus of gallbladder with chronic cholecystitis without obstruction | K82.8 Other specified diseases of gallbladder
K80.00 Calculus of gallbladder with acute cholecystitis without obstruction | K85.90 Acute pancreatitis without necrosis or infection, unspecified
K80.50 Calculus of bile duct without cholangitis or cholecystitis without obstruction | K86.1 Other chronic pancreatitis
K51.90 Ulcerative colitis, unspecified, without complications | K50.90 Crohn's disease, unspecified, without complications
K50.10 Crohn's disease of large intestine without complications | K51.00 Ulcerative (chronic) pancolitis without complications
K50.00 Crohn's disease of small intestine without complications | N40.0 Benign prostatic hyperplasia without lower urinary tract symptoms
N40.1 Benign prostatic hyperplasia with lower urinary tract symptoms | R97.20 Elevated prostate specific antigen [PSA] | N41.1 Chronic prostatitis
R33.9 Retention of urine, unspecified | N32.0 Bladder-neck obstruction | N40.3 Nodular prostate with lower urinary tract symptoms
R33.8 Other retention of urine | N20.0 Calculus of kidney | N20.1 Calculus of ureter | N23 Unspecified renal colic | R31.9 Hematuria, unspecified
N13.30 Unspecified hydronephrosis | N13.2 Hydronephrosis with renal and ureteral calculous obstruction | N13.8 Other obstructive and reflux uropathy
N20.9 Urinary calculus, unspecified | N32.81 Overactive bladder | R32 Unspecified urinary incontinence
N30.10 Interstitial cystitis (chronic) without hematuria | R35.0 Frequency of micturition | N39.41 Urge incontinence | N39.46 Mixed incontinence
N92.0 Excessive and frequent menstruation with regular cycle | N92.6 Irregular menstruation, unspecified | N94.6 Dysmenorrhea, unspecified
N95.1 Menopausal and female climacteric states | D25.9 Leiomyoma of uterus, unspecified | N80.9 Endometriosis, unspecified
N83.20 Unspecified ovarian cysts | N81.9 Female genital prolapse, unspecified | R51 Headache
G44.209 Tension-type headache, unspecified, not intractable | G44.1 Vascular headache, not elsewhere classified
G43.909 Migraine, unspecified, not intractable, without status migrainosus
G43.009 Migraine without aura, not intractable, without status migrainosus | G43.109 Migraine with aura, not intractable, without status migrainosus
G43.709 Chronic migraine without aura, not intractable, without status migrainosus | R56.9 Unspecified convulsions
G40.909 Epilepsy, unspecified, not intractable, without status epilepticus
G40.309 Generalized idiopathic epilepsy and epileptic syndromes, not intractable, without status epilepticus
G40.209 Localization-related (focal) (partial) symptomatic epilepsy and epileptic syndromes with complex partial seizures, not intractable, without status epilepticus
R41.3 Other amnesia | G31.84 Mild cognitive impairment, so stated | G25.0 Essential tremor | R25.1 Tremor, unspecified
G30.9 Alzheimer's disease, unspecified | F03.90 Unspecified dementia without behavioral disturbance | G20 Parkinson's disease
F01.50 Vascular dementia without behavioral disturbance | G56.00 Carpal tunnel syndrome, unspecified upper limb | G62.9 Polyneuropathy, unspecified
M79.2 Neuralgia and neuritis, unspecified | R20.2 Paresthesia of skin | G56.20 Lesion of ulnar nerve, unspecified upper limb
R20.0 Anesthesia of skin | H26.9 Unspecified cataract | H25.13 Age-related nuclear cataract, bilateral
H04.123 Dry eye syndrome of bilateral lacrimal glands | H52.4 Presbyopia | H40.9 Unspecified glaucoma
H40.10X0 Unspecified open-angle glaucoma, stage unspecified | H35.30 Unspecified macular degeneration | Z96.1 Presence of intraocular lens
L30.9 Dermatitis, unspecified | L21.9 Seborrheic dermatitis, unspecified | L20.9 Atopic dermatitis, unspecified | L70.0 Acne vulgaris
L40.0 Psoriasis vulgaris | L57.0 Actinic keratosis | L71.9 Rosacea, unspecified | L85.9 Epidermal thickening, unspecified
C50.919 Malignant neoplasm of unspecified site of unspecified female breast | C61 Malignant neoplasm of prostate
C18.9 Malignant neoplasm of colon, unspecified | C34.90 Malignant neoplasm of unspecified part of unspecified bronchus or lung
C67.9 Malignant neoplasm of bladder, unspecified | C79.51 Secondary malignant neoplasm of bone
C78.00 Secondary malignant neoplasm of unspecified lung | Z51.11 Encounter for antineoplastic chemotherapy
C77.9 Secondary and unspecified malignant neoplasm of lymph node, unspecified | C78.7 Secondary malignant neoplasm of liver and intrahepatic bile duct
D64.9 Anemia, unspecified | D50.9 Iron deficiency anemia, unspecified | D51.9 Vitamin B12 deficiency anemia, unspecified
D63.8 Anemia in other chronic diseases classified elsewhere | D69.6 Thrombocytopenia, unspecified
D72.819 Decreased white blood cell count, unspecified | D46.9 Myelodysplastic syndrome, unspecified
C85.90 Non-Hodgkin lymphoma, unspecified, unspecified site | J06.9 Acute upper respiratory infection, unspecified
J02.9 Acute pharyngitis, unspecified | J20.9 Acute bronchitis, unspecified | J01.90 Acute sinusitis, unspecified
N39.0 Urinary tract infection, site not specified | N30.00 Acute cystitis without hematuria | N10 Acute pyelonephritis
S13.4XXA Sprain of ligaments of cervical spine, initial encounter | S93.401A Sprain of unspecified ligament of right ankle, initial encounter
S09.90XA Unspecified injury of head, initial encounter
S61.209A Unspecified open wound of unspecified finger without damage to nail, initial encounter
K52.9 Noninfective gastroenteritis and colitis, unspecified | R11.2 Nausea with vomiting, unspecified | A08.4 Viral intestinal infection, unspecified
Z00.00 Encounter for general adult medical examination without abnormal findings
Z01.419 Encounter for gynecological examination (general) (routine) without abnormal findings | Z23 Encounter for immunization
Z12.31 Encounter for screening mammogram for malignant neoplasm of breast | A41.9 Sepsis, unspecified organism
R65.20 Severe sepsis without septic shock | R65.21 Severe sepsis with septic shock | J18.9 Pneumonia, unspecified organism
J69.0 Pneumonitis due to inhalation of food and vomit | J15.9 Unspecified bacterial pneumonia
L89.159 Pressure ulcer of sacral region, unspecified stage | L89.309 Pressure ulcer of unspecified buttock, unspecified stage
L89.609 Pressure ulcer of unspecified heel, unspecified stage | E46 Unspecified protein-calorie malnutrition
R41.82 Altered mental status, unspecified | F05 Delirium due to known physiological condition | A04.7 Enterocolitis due to Clostridium difficile
K56.7 Ileus, unspecified | K31.84 Gastroparesis
`);
