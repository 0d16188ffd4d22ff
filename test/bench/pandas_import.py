"""Import speed of the published preprocessing's way in pandas: the peer of the benchmark of `medbert import`.

Reads a seven-column Med-BERT TSV, sorts it, walks patients and visits in Python loops and builds one list a
patient: [patient, length of stay of each visit, gap to the next visit, code ids, visit number of each code].
Prints one JSON line. `--out FILE` also writes the lists and the code table, to compare with the published script.
"""

import argparse
import json
import resource
import sys
import time

import pandas as pd

COLUMNS = ["patient", "admit", "discharge", "code", "poa", "priority", "third_party"]
VISIT_ORDER = ["patient", "discharge", "poa", "third_party", "priority"]


def read_rows(path):
    """The table with one admission date per patient and discharge date (the earliest), in reading order."""
    rows = pd.read_csv(path, sep="\t", header=0, names=COLUMNS, parse_dates=["admit", "discharge"])
    admissions = rows.groupby(["patient", "discharge"], as_index=False)["admit"].min()
    rows = rows.drop(columns="admit").merge(admissions, on=["patient", "discharge"])
    return rows.sort_values(VISIT_ORDER, kind="stable")


def encode(rows):
    """Code table (name → id by first appearance) and one list per patient."""
    types, patients = {"empty_pad": 0}, []
    for patient, history in rows.groupby("patient", sort=True):
        stays, gaps, ids, numbers, previous = [], [], [], [], None
        for number, (discharge, visit) in enumerate(history.groupby("discharge", sort=True), start=1):
            admit = visit["admit"].iloc[0]
            stays.append((discharge - admit).days)
            if previous is not None:
                gaps.append((admit - previous).days)
            previous = discharge
            seen = set()
            for code in visit["code"]:
                if code in seen:
                    continue
                seen.add(code)
                if code not in types:
                    types[code] = len(types)
                ids.append(types[code])
                numbers.append(number)
        gaps.append(0)
        patients.append([patient, stays, gaps, ids, numbers])
    return types, patients


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--out")
    options = parser.parse_args()
    started = time.perf_counter()
    rows = read_rows(options.file)
    types, patients = encode(rows)
    seconds = time.perf_counter() - started
    # Linux counts this in KiB, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    report = {
        "rowsPerSecond": round(len(rows) / seconds, 1),
        "peakRssMb": round(peak),
        "seconds": round(seconds, 3),
        "rows": len(rows),
        "patients": len(patients),
        "codes": len(types) - 1,
        "pandas": pd.__version__,
    }
    print(json.dumps(report))
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            json.dump({"types": types, "patients": patients}, file, default=int)


if __name__ == "__main__":
    main()
