"""Oracle for src/explain/trustworthiness.ts and principal-components.ts: writes test/fixtures/explain/map.json.

    /usr/bin/python3 test/golden/map.py

scikit-learn gives trustworthiness under the cosine metric, and the principal components of unit vectors.
"""

import json
import platform
from pathlib import Path

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

draw = np.random.default_rng(7)
centres = draw.normal(size=(4, 6))
vectors = (centres[draw.integers(0, 4, 60)] + 0.6 * draw.normal(size=(60, 6))).astype(np.float32)
positions = {
    "random": draw.normal(size=(60, 2)),
    "first two dimensions": vectors[:, :2] + 0.05 * draw.normal(size=(60, 2)),
}
unit = vectors.astype(np.float64)
unit /= np.linalg.norm(unit, axis=1, keepdims=True)
plane = PCA(2, svd_solver="full").fit(unit)

fixture = {
    "madeBy": {
        "program": "test/golden/map.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "sklearn": sklearn.__version__,
    },
    "width": 6,
    "vectors": vectors.ravel().tolist(),
    "pictures": [
        {
            "name": name,
            "positions": xy.ravel().tolist(),
            "trustworthiness": {
                str(k): trustworthiness(vectors, xy, n_neighbors=k, metric="cosine") for k in (1, 5, 15, 29)
            },
        }
        for name, xy in positions.items()
    ],
    "plane": {
        "positions": plane.transform(unit).ravel().tolist(),
        "explained": plane.explained_variance_ratio_.tolist(),
    },
}
path = Path(__file__).parent.parent / "fixtures" / "explain" / "map.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(fixture, indent=1) + "\n", encoding="utf-8")
