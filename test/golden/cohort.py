"""Oracle for src/ehr/cohort-report: writes test/fixtures/ehr/cohort-mimic.json.

    /usr/bin/python3 test/golden/cohort.py [folder of mimic-iv-demo-2.2]

pandas reads the hospital tables of the public MIMIC-IV demo as they were published, without the importer, and
counts everything that the report shows, with no number suppressed. Labels are made up here by a rule (every third
patient a case; index date = admission of the last stay) and stand in the fixture. Needs pandas >= 1.5.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

here = Path(__file__).resolve()
source = Path(sys.argv[1] if len(sys.argv) > 1 else here.parents[3] / "shared/data/mimic-iv-demo-2.2") / "hosp"
max_length = 40
min_codes = 3

stays = pd.read_csv(source / "admissions.csv", parse_dates=["admittime", "dischtime"])
people = pd.read_csv(source / "patients.csv").set_index("subject_id")
diagnoses = pd.read_csv(source / "diagnoses_icd.csv", dtype={"icd_code": str})
people["birth"] = pd.to_datetime((people.anchor_year - people.anchor_age).astype(str) + "-01-01")


def dotted(code, version):
    body = code.strip()
    at = 4 if version == 9 and body.startswith("E") else 3
    return f"ICD{version}_" + (body[:at] + "." + body[at:] if len(body) > at else body)


diagnoses["code"] = [dotted(c, v) for c, v in zip(diagnoses.icd_code, diagnoses.icd_version)]
rows = diagnoses.drop_duplicates(["subject_id", "hadm_id", "code"]).merge(stays, on=["subject_id", "hadm_id"])
rows["admit"] = rows.admittime.dt.normalize()
rows["discharge"] = rows.dischtime.dt.normalize()
rows["stay"] = (rows.discharge - rows.admit).dt.days

last = rows.sort_values("admittime").groupby("subject_id").admit.last()
labels = pd.DataFrame({"index": last, "label": (np.arange(len(last)) % 3 == 0).astype(int)})


def spread(values):
    return {"mean": float(values.mean()), "sd": float(values.std(ddof=1))}


def table(part, end):
    """A line of Table 1; `end` is the day, by patient, that age and follow-up are measured at."""
    by_patient = part.groupby("subject_id")
    who = people.loc[by_patient.size().index]
    days = end.loc[who.index]
    return {
        "patients": len(who),
        "visitsPerPatient": spread(by_patient.hadm_id.nunique()),
        "codesPerPatient": spread(by_patient.size()),
        "age": spread((days - who.birth).dt.days / 365.25),
        "female": float((who.gender == "F").mean()),
        "sexUnknown": 0,
        "prolongedStay": float((by_patient.stay.max() > 7).mean()),
        "icd10": float((part.icd_version == 10).mean()),
        "followUp": spread((days - by_patient.admit.min()).dt.days / 365.25),
    }


def tally(values):
    return {str(int(k)): int(n) for k, n in sorted(pd.Series(values).value_counts().items())}


def scope(part):
    visits = part.drop_duplicates("hadm_id").sort_values(["subject_id", "admittime"])
    before = visits.groupby("subject_id").discharge.shift()
    gaps = (visits.admit - before).dt.days.dropna().clip(lower=0)
    lengths = part.groupby("subject_id").size()
    nights = visits.stay[visits.stay > 0]
    patients = part.groupby("code").subject_id.nunique()
    frequency = part.groupby("code").size().sort_values(ascending=False)
    years = part.groupby(["icd_version", part.discharge.dt.year]).size()
    return {
        "visitsPerPatient": tally(visits.groupby("subject_id").size()),
        "codesPerVisit": tally(part.groupby("hadm_id").size()),
        "sequenceLength": tally(lengths),
        "lengthOfStay": tally(visits.stay),
        "gaps": tally(gaps),
        "cut": float((lengths > max_length).mean()),
        "longerThan7OfNights": float((nights > 7).mean()),
        "medianNights": float(nights.median()),
        "years": {str(v): {str(y): int(n) for y, n in years[v].items()} for v in (9, 10)},
        "codes": {code: int(n) for code, n in sorted(patients.items())},
        "coverage10": float(frequency.head(10).sum() / len(part)),
        "coverage100": float(frequency.head(100).sum() / len(part)),
    }


censored = rows.merge(labels, left_on="subject_id", right_index=True)
censored = censored[censored.discharge < censored["index"]]
distinct = censored.groupby("subject_id").code.nunique()
used = distinct.index[distinct >= min_codes]
with_record = distinct.index
cohort = censored[censored.subject_id.isin(used)]

out = {
    "made": f"test/golden/cohort.py, pandas {pd.__version__}, numpy {np.__version__}",
    "maxLength": max_length,
    "minCodes": min_codes,
    "labels": {str(p): [int(l), str(d.date())] for p, l, d in zip(labels.index, labels.label, labels["index"])},
    "all": {"table": table(rows, rows.groupby("subject_id").discharge.max()), **scope(rows)},
    "cohort": {
        "table": table(cohort, labels["index"]),
        "cases": table(cohort[cohort.label == 1], labels["index"]),
        "controls": table(cohort[cohort.label == 0], labels["index"]),
        **scope(cohort),
    },
    "funnel": {
        "labelled": len(labels),
        "withRecord": len(with_record),
        "used": len(used),
        "cases": int(labels.label[used].sum()),
    },
}
target = here.parents[1] / "fixtures/ehr/cohort-mimic.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps(out, separators=(",", ":")) + "\n")
print(out["all"]["table"], out["cohort"]["table"], out["funnel"])
