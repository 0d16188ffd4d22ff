"""Oracle for src/metrics: writes test/fixtures/metrics/sklearn.json.

    /usr/bin/python3 test/golden/metrics.py

scikit-learn gives AUROC, average precision, curves, Brier score and log loss; scipy gives tails of the normal
and t distributions and the paired t test; numpy gives percentiles; mpmath gives t quantiles to 30 digits,
because those of scipy 1.10 agree with it only to 9. What none of them has is written here in the
plainest way, without the ranks and shortcuts of the product: DeLong's structural components pair by pair,
recalibration by Newton's method in long double, calibration error bin by bin.
"""

import json
import platform
from pathlib import Path

import mpmath
import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    log_loss,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

EPSILON = np.finfo(float).eps
random = np.random.default_rng(20240229)


def components(labels, scores):
    """Structural components V10 (per positive) and V01 (per negative), by comparing all pairs."""
    positives = [s for y, s in zip(labels, scores) if y == 1]
    negatives = [s for y, s in zip(labels, scores) if y == 0]
    psi = np.array([[1.0 if x > z else 0.5 if x == z else 0.0 for z in negatives] for x in positives])
    return psi.mean(axis=1), psi.mean(axis=0), psi.mean()


def spread(values, largest):
    """Variance of the mean; the largest possible variance stands in where a class has one case."""
    return largest if len(values) == 1 else np.var(values, ddof=1) / len(values)


def interval(theta, variance, m, n):
    k = min(m, n)
    if theta == 1:
        return [0.025 ** (1 / k), 1.0]
    if theta == 0:
        return [0.0, 1 - 0.025 ** (1 / k)]
    step = stats.norm.ppf(0.975) * np.sqrt(variance)
    if theta - step >= 0 and theta + step <= 1:
        return [theta - step, theta + step]
    centre, step = np.log(theta / (1 - theta)), step / (theta * (1 - theta))
    return [1 / (1 + np.exp(-(centre - step))), 1 / (1 + np.exp(-(centre + step)))]


def delong(labels, scores):
    v10, v01, theta = components(labels, scores)
    largest = theta * (1 - theta)
    variance = spread(v10, largest) + spread(v01, largest)
    return variance, interval(roc_auc_score(labels, scores), variance, len(v10), len(v01))


def delong_test(labels, first, second):
    a10, a01, a = components(labels, first)
    b10, b01, b = components(labels, second)
    largest = 1 - (a - b) ** 2
    if len(a10) > 1 and len(a01) > 1:
        # The textbook form: variances and covariance of the two AUROCs.
        s10, s01 = np.cov(a10, b10), np.cov(a01, b01)
        s = s10 / len(a10) + s01 / len(a01)
        variance = s[0, 0] + s[1, 1] - 2 * s[0, 1]
    else:
        variance = spread(a10 - b10, largest) + spread(a01 - b01, largest)
    if abs(a - b) < 1e-14:
        return 1.0
    if variance < 1e-28:
        return min(1.0, 2 * 0.5 ** min(len(a10), len(a01)))
    return 2 * stats.norm.sf(abs(a - b) / np.sqrt(variance))


def recalibration(labels, scores):
    """(slope, intercept) by plain Newton in long double, or None where it runs away."""
    p = np.clip(scores, EPSILON, 1 - EPSILON).astype(np.longdouble)
    x = np.log(p) - np.log1p(-p)
    y = np.array(labels, dtype=np.longdouble)
    a = b = np.longdouble(0)
    for _ in range(500):
        mu = 1 / (1 + np.exp(-(a + b * x)))
        w = mu * (1 - mu)
        g0, g1 = (y - mu).sum(), ((y - mu) * x).sum()
        h00, h01, h11 = w.sum(), (w * x).sum(), (w * x * x).sum()
        determinant = h00 * h11 - h01 * h01
        if not determinant > 1e-22 * h00 * h11:
            return None
        d0, d1 = (h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant
        size = max(abs(d0), abs(d1))
        damping = 1 if size < 1 else 1 / size
        a, b = a + damping * d0, b + damping * d1
        if abs(b) > 200:
            return None
        if size < 1e-17 * max(1, abs(a), abs(b)):
            break
    fitted = LogisticRegression(penalty=None, tol=1e-12, max_iter=10000).fit(x.astype(float)[:, None], labels)
    assert abs(fitted.coef_[0, 0] - b) < 1e-3 * max(1, abs(b)), (fitted.coef_, b)
    return float(b), float(a)


def calibration_error(labels, scores):
    labels, scores, total, used = np.array(labels), np.array(scores), 0.0, []
    for k in range(10):
        inside = (scores > k / 10) & (scores <= (k + 1) / 10)
        if k == 0:
            inside |= scores == 0
        if inside.any():
            used.append((labels[inside].mean(), scores[inside].mean()))
            total += inside.sum() * abs(used[-1][0] - used[-1][1])
    observed, predicted = calibration_curve(labels, scores, n_bins=10)
    assert np.allclose(np.array(used).T, [observed, predicted])
    return total / len(labels)


def case(name, labels, scores, second=None):
    labels, scores = np.asarray(labels, int), np.asarray(scores, float)
    variance, ci95 = delong(labels, scores)
    line = recalibration(labels, scores)
    fpr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
    precision, recall, _ = precision_recall_curve(labels, scores)
    expected = {
        "n": len(labels),
        "positives": int(labels.sum()),
        "auroc": roc_auc_score(labels, scores),
        "aurocCi95": ci95,
        "aurocVariance": variance,
        "auprc": average_precision_score(labels, scores),
        "brier": brier_score_loss(labels, scores),
        "logLoss": log_loss(labels, scores),
        "ece": calibration_error(labels, scores),
        "calibrationSlope": None if line is None else line[0],
        "calibrationIntercept": None if line is None else line[1],
    }
    out = {"name": name, "labels": labels.tolist(), "scores": scores.tolist(), "expected": expected}
    if second is not None:
        out["second"] = np.asarray(second, float).tolist()
        expected["delongP"] = delong_test(labels, scores, out["second"])
    out["roc"] = {"falsePositiveRate": fpr.tolist(), "truePositiveRate": tpr.tolist()}
    out["precisionRecall"] = {"precision": precision[::-1].tolist(), "recall": recall[::-1].tolist()}
    return out


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def cases():
    y = random.integers(0, 2, 200)
    x = sigmoid(random.normal(size=200) + 1.2 * y)
    yield case("random, n = 200", y, x, sigmoid(random.normal(size=200) + 0.8 * y))
    yield case("second scores correlated", y, x, sigmoid(np.log(x / (1 - x)) + 0.3 * random.normal(size=200)))
    yield case("second scores identical", y, x, x)
    yield case("second scores far worse", y, 0.9 * x + 0.1 * y, -5 * x)
    yield case("heavy ties", y, np.round(x, 1), np.round(0.5 * x + 0.25, 1))
    yield case("two distinct scores", y, np.where(x > 0.5, 0.8, 0.2), x)
    yield case("bin edges", np.arange(66) % 3 == 0, np.arange(66) % 11 / 10)
    yield case("n = 2, right", [0, 1], [0.3, 0.6], [0.6, 0.3])
    yield case("n = 2, tied", [0, 1], [0.5, 0.5])
    yield case("n = 3, one positive between", [0, 1, 0], [0.2, 0.5, 0.7], [0.2, 0.9, 0.7])
    yield case("n = 5", [0, 1, 0, 1, 1], [0.1, 0.4, 0.35, 0.8, 0.3], [0.3, 0.2, 0.5, 0.9, 0.4])
    y = np.zeros(300, int)
    y[17] = 1
    x = random.random(300)
    x[17] = 0.83
    yield case("one positive in 300", y, x, random.random(300))
    y = np.ones(400, int)
    y[[3, 250]] = 0
    x = random.beta(8, 1, 400)
    yield case("two negatives in 400", y, x, np.clip(x + random.normal(size=400) * 0.1, 0, 1))
    y = (random.random(500) < 0.02).astype(int)
    yield case("2 % positives", y, sigmoid(random.normal(size=500) - 4 + 2.5 * y), random.random(500))
    y = random.integers(0, 2, 40)
    yield case("constant scores", y, np.full(40, 0.37), random.random(40))
    yield case("perfect separation", y, 0.05 + 0.4 * random.random(40) + 0.5 * y, random.random(40))
    yield case("inverted separation", y, 0.55 + 0.4 * random.random(40) - 0.5 * y, 0.2 + 0.6 * y)
    yield case("separated but for one tie", [0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.5, 0.5, 0.7, 0.9])
    yield case("separated but for one swap", [0, 0, 0, 1, 0, 1, 1], [0.1, 0.2, 0.4, 0.5, 0.5001, 0.7, 0.9])
    y = random.integers(0, 2, 120)
    tiny = 10.0 ** -random.uniform(3, 14, 120)
    wrong = random.random(120) < 0.05
    yield case("near 0 and 1", y, np.where((y == 1) ^ wrong, 1 - tiny, tiny), random.random(120))
    x = random.choice([0.0, 1e-12, 0.5, 1 - 1e-12, 1.0], 120)
    yield case("exactly 0 and 1, both ways wrong", y, x)
    far = [0.53, 2e-15, 0.5735, *(0.492 + 0.00036 * np.arange(47))]
    yield case("a far outlier, where an undamped Newton step overshoots", [1] + [0] * 49, far)
    yield case("AUROC near 1, interval on the logit scale", [0] * 20 + [1] * 20, [k / 50 for k in [*range(19), 21, 18.5, *range(22, 41)]])


def student_quantile(alpha, df):
    mpmath.mp.dps = 30
    near = stats.t.isf(alpha / 2, df)
    quantile = mpmath.findroot(
        lambda t: mpmath.betainc(mpmath.mpf(df) / 2, 0.5, 0, df / (df + t * t), regularized=True) / alpha - 1,
        (near * 0.999, near * 1.001),
    )
    assert abs(quantile / near - 1) < 1e-7
    return float(quantile)


def seeds():
    """Paired t tests."""
    for n in (2, 3, 5, 10, 31):
        first = random.normal(0.85, 0.01, n)
        second = random.normal(0.84, 0.01, n)
        test = stats.ttest_rel(first, second)
        mean, step = (first - second).mean(), student_quantile(0.05, n - 1) * stats.sem(first - second)
        yield {
            "first": first.tolist(),
            "second": second.tolist(),
            "mean": mean,
            "sd": (first - second).std(ddof=1),
            "ci95": [mean - step, mean + step],
            "p": test.pvalue,
        }


def generator(seed):
    """The congruential generator of Numerical Recipes, which the test repeats."""
    while True:
        seed = (1664525 * seed + 1013904223) % 2**32
        yield seed / 2**32


def bootstrap(stratified):
    labels = np.array([0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0] * 3)
    scores = np.round(random.random(36) + 0.4 * labels, 2)
    uniform, values = generator(7), []
    while len(values) < 300:
        if stratified:
            members = [np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)]
            rows = [members[y][int(next(uniform) * len(members[y]))] for y in labels]
        else:
            rows = [int(next(uniform) * 36) for _ in range(36)]
        if len(set(labels[rows])) == 2:
            values.append(roc_auc_score(labels[rows], scores[rows]))
    low, high = np.percentile(values, [2.5, 97.5])
    return {"stratified": stratified, "labels": labels.tolist(), "scores": scores.tolist(), "low": low, "high": high}


fixture = {
    "madeBy": {
        "python": platform.python_version(),
        "scikit-learn": sklearn.__version__,
        "scipy": scipy.__version__,
        "numpy": np.__version__,
        "mpmath": mpmath.__version__,
    },
    "cases": list(cases()),
    "normalTwoSided": [[z, 2 * stats.norm.sf(z)] for z in (0, 1e-8, 0.1, 0.5, 1, 1.96, 2.5, 2.828, 2.829, 3, 5, 8, 15, 30, 37)],
    "studentQuantile": [
        [alpha, df, student_quantile(alpha, df)] for alpha in (0.05, 0.01, 0.1, 1e-6, 0.9) for df in (*range(1, 31), 99, 1000)
    ],
    "studentTwoSided": [
        [t, df, 2 * stats.t.sf(t, df)] for t in (0.01, 0.5, 1, 2, 3.5, 10, 40) for df in (1, 2, 3, 4, 7, 10, 29, 30, 200)
    ],
    "seeds": list(seeds()),
    "bootstrap": [bootstrap(False), bootstrap(True)],
}
target = Path(__file__).parent.parent / "fixtures" / "metrics" / "sklearn.json"
target.write_text(json.dumps(fixture) + "\n")
print(fixture["madeBy"], target.stat().st_size, "bytes")
