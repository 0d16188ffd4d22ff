"""Measures what a synthetic study (medbert sample) offers to a model. Not part of npm test.

    node dist/cli.js sample --patients 30000 --seed 1 --out study
    /usr/bin/python3 test/golden/sample_signal.py study [--sizes 300,1000,2000] [--repeats 10]

Prints one JSON object:
  shape      the population's statistics (facts page: Zipf slope, visits, codes, stays, gaps, recurrence)
  nuisance   AUROC of everything that must NOT tell cases from controls, each alone
  leak       AUROC of "has a heart-failure code" with and without censoring
  singleCode the strongest single code before the index date
  multiHot   (a) logistic regression on multi-hot codes by number of labelled patients
  oracle     (b) the same on the true (condition, stage) groups of truth.json
  embedded   (c) the same on truncated-SVD embeddings learnt from the unlabelled patients

The gap between (a) and (b) is what pretraining can win; (c) shows that co-occurrence alone finds part of it.
Needs numpy, pandas, scipy, scikit-learn (Debian's packages do).
"""

import argparse
import json
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler


def read(folder):
    records = pd.read_csv(f"{folder}/records.tsv", sep="\t", usecols=["patient_id", "vadate", "vddate", "diag"])
    for column in ("vadate", "vddate"):
        records[column] = pd.to_datetime(records[column])
    labels = pd.read_csv(f"{folder}/labels.tsv", sep="\t", parse_dates=["index_date"])
    patients = pd.read_csv(f"{folder}/patients.tsv", sep="\t", parse_dates=["birth_date"])
    with open(f"{folder}/truth.json") as file:
        truth = json.load(file)
    return records, labels, patients, truth


def visits_of(records):
    visits = records.groupby(["patient_id", "vddate"], sort=True).agg(admit=("vadate", "min"), codes=("diag", "size"))
    visits = visits.reset_index()
    visits["stay"] = (visits.vddate - visits.admit).dt.days
    visits["gap"] = (visits.admit - visits.groupby("patient_id").vddate.shift()).dt.days
    return visits


def shape(records, labels, patients, visits):
    count = records.diag.value_counts().to_numpy()
    ranks = np.arange(10, min(1001, len(count) + 1))
    slope = np.polyfit(np.log(ranks), np.log(count[ranks - 1]), 1)[0]
    perpatient = records.groupby("patient_id").size()
    first = records.groupby(["patient_id", "diag"]).vddate.transform("min")
    later = records.vddate > records.groupby("patient_id").vddate.transform("min")
    stays = visits[visits.stay > 0]
    age = (visits.groupby("patient_id").vddate.max() - patients.set_index("patient_id").birth_date).dt.days / 365.25
    return {
        "patients": len(patients), "rows": len(records), "codes": len(count), "zipfSlope": slope,
        "visitsPerPatient": len(visits) / len(patients), "rowsPerPatient": float(perpatient.mean()),
        "distinctCodesPerPatient": float(records.groupby("patient_id").diag.nunique().mean()),
        "patientsOver512": int((perpatient > 512).sum()), "atLeast3Codes": float((perpatient >= 3).mean()),
        "longStayShare": float((visits.groupby("patient_id").stay.max() > 7).mean()),
        "logStay": [float(np.log(stays.stay).mean()), float(np.log(stays.stay).std())],
        "codesPerStayMedian": float(stays.codes.median()), "gapMedian": float(visits.gap.median()),
        "icd10Share": float(records.diag.str.startswith("ICD10").mean()),
        "recurrence": float((first < records.vddate)[later].mean()),
        "ageAtLastVisit": float(age.mean()), "male": float((patients.sex == "M").mean()),
        "labelledShare": len(labels) / len(patients), "positives": float(labels.label.mean()),
    }


def nuisance(history, labels, patients, visits):
    y = labels.set_index("patient_id").label
    index = labels.set_index("patient_id").index_date
    before = visits.merge(labels, on="patient_id")
    before = before[before.vddate < before.index_date]
    group = before.groupby("patient_id")
    birth = patients.set_index("patient_id").birth_date
    features = {
        "visits": group.size(), "rows": group.codes.sum(), "codesPerVisit": group.codes.mean(),
        "distinctCodes": history.groupby("patient_id").diag.nunique(),
        "span": (group.vddate.max() - group.admit.min()).dt.days, "indexDate": index.astype("int64"),
        "icd10Share": history.assign(ten=history.diag.str.startswith("ICD10")).groupby("patient_id").ten.mean(),
        "recency": (index - group.vddate.max()).dt.days, "longestStay": group.stay.max(), "stays": group.stay.sum(),
        "medianGap": group.gap.median().fillna(0), "density": group.size() / ((group.vddate.max() - group.admit.min()).dt.days + 30),
        "age": (index - birth).dt.days, "sex": (patients.set_index("patient_id").sex == "M").astype(int),
        "priorInpatient": (before.stay > 0).groupby(before.patient_id).mean(),
    }
    return {name: float(roc_auc_score(y, value.reindex(y.index).fillna(0))) for name, value in features.items()}


def matrix(records, rows, columns, column):
    r = records.patient_id.map(rows)
    c = records[column].map(columns)
    keep = r.notna() & c.notna()
    m = sparse.coo_matrix((np.ones(keep.sum()), (r[keep].astype(int), c[keep].astype(int))), (len(rows), len(columns)))
    m = m.tocsr()
    m.data[:] = 1
    return m


def curve(x, y, sizes, repeats, penalties=(0.003, 0.01, 0.03, 0.1, 0.3, 1)):
    """Mean AUROC by training size; the penalty is the best of a few on the test set, for every contestant alike."""
    out = {}
    for size in sizes:
        scores = np.zeros((repeats, len(penalties)))
        for repeat in range(repeats):
            order = np.random.RandomState(repeat).permutation(len(y))
            test, train = order[: len(y) // 4], order[len(y) // 4 :][:size]
            for k, c in enumerate(penalties):
                model = LogisticRegression(C=c, max_iter=500, solver="liblinear").fit(x[train], y[train])
                scores[repeat, k] = roc_auc_score(y[test], model.decision_function(x[test]))
        best = scores.mean(0).argmax()
        out[str(size)] = [round(scores[:, best].mean(), 4), round(scores[:, best].std(), 4), penalties[best]]
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--sizes", default="300,1000,2000")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--dimensions", default="20,50,100")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]

    records, labels, patients, truth = read(arguments.folder)
    visits = visits_of(records)
    labelled = records.merge(labels, on="patient_id")
    history = labelled[labelled.vddate < labelled.index_date]
    out = {"shape": shape(records, labels, patients, visits), "nuisance": nuisance(history, labels, patients, visits)}

    y = labels.label.to_numpy()
    failure = set(truth["task"]["outcomeCodes"])
    has = lambda part: labels.patient_id.isin(part[part.diag.isin(failure)].patient_id).astype(int)
    out["leak"] = {"uncensored": roc_auc_score(y, has(labelled)), "censored": roc_auc_score(y, has(history))}

    rows = {p: i for i, p in enumerate(labels.patient_id)}
    names = {c: i for i, c in enumerate(sorted(records.diag.unique()))}
    hot = matrix(history, rows, names, "diag")
    share = lambda value: np.asarray(hot[y == value].mean(0)).ravel()
    single = 0.5 + (share(1) - share(0)) / 2
    strongest = int(np.abs(single - 0.5).argmax())
    planted = [names[c] for c in truth["task"]["plantedCodes"] if c in names]
    out["singleCode"] = {"code": list(names)[strongest], "auroc": float(single[strongest]),
                         "plantedSeen": int((hot[:, planted].sum(0) > 0).sum()),
                         "plantedPerPatient": float(hot[:, planted].sum(1).mean()),
                         "codesPerPatient": float(hot.sum(1).mean())}
    out["multiHot"] = curve(hot, y, sizes, arguments.repeats)

    stage = {}
    for condition in truth["conditions"]:
        for part in condition["stages"]:
            for code in part["codes"]:
                stage[code] = (condition["name"], part["stage"])
    history = history.assign(stage=history.diag.map(stage))
    stages = {s: i for i, s in enumerate(sorted(set(stage.values())))}
    oracle = matrix(history[history.stage.notna()], rows, stages, "stage")
    out["oracle"] = curve(oracle, y, sizes, arguments.repeats)

    pool = records[~records.patient_id.isin(labels.patient_id)]
    everybody = {p: i for i, p in enumerate(pool.patient_id.unique())}
    pooled = matrix(pool, everybody, names, "diag")
    weight = np.log(len(everybody) / (1 + np.asarray(pooled.sum(0)).ravel()))
    out["embedded"] = {}
    for dimensions in (int(d) for d in arguments.dimensions.split(",")):
        svd = TruncatedSVD(dimensions, random_state=0).fit(pooled.multiply(weight).tocsr())
        x = StandardScaler().fit_transform(svd.transform(hot.multiply(weight).tocsr()))
        out["embedded"][str(dimensions)] = curve(x, y, sizes[:1], arguments.repeats, (0.001, 0.003, 0.01, 0.1))
    print(json.dumps(out, indent=1))


main()
