"""Writes scores.json: what scikit-learn says of small sets of outputs.

    python3 -m pip install scikit-learn==1.9.1
    python3 scores.py > scores.json
"""

import json
import warnings

import numpy as np
import sklearn
from sklearn.metrics import (
    balanced_accuracy_score,
    classification_report,
    confusion_matrix,
    precision_recall_fscore_support,
    roc_auc_score,
    top_k_accuracy_score,
)

warnings.filterwarnings("ignore")  # a class is predicted of which there is no sample


def case(name, classes, labels, outputs):
    labels, outputs = np.array(labels), np.array(outputs, dtype=np.float32)
    k = len(classes)
    every = list(range(k))
    predicted = outputs.argmax(axis=1)
    precision, recall, f1, support = precision_recall_fscore_support(labels, predicted, labels=every, zero_division=0)
    means = {
        mean: [float(v) for v in precision_recall_fscore_support(labels, predicted, labels=every, average=mean, zero_division=0)[:3]]
        for mean in ("macro", "weighted")
    }
    tops = range(1, min(k, 6))
    scores = outputs[:, 1] if k == 2 else outputs
    return {
        "name": name,
        "names": classes,
        "labels": labels.tolist(),
        "outputs": outputs.tolist(),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        **means,
        "accuracy": float((predicted == labels).mean()),
        "balanced_accuracy": float(balanced_accuracy_score(labels, predicted)),
        "top_k": [float((predicted == labels).mean()) if n == 1 else float(top_k_accuracy_score(labels, scores, k=n, labels=every)) for n in tops],
        "roc_auc": float(roc_auc_score(labels, outputs[:, 1])) if k == 2 else None,
        "confusion": confusion_matrix(labels, predicted, labels=every).tolist(),
        "report": classification_report(labels, predicted, labels=every, target_names=classes, digits=4, zero_division=0),
    }


def permutations(rng, n, k):
    """Rows without equals, exact in float32."""
    return [(rng.permutation(k) / 8).tolist() for _ in range(n)]


rng = np.random.default_rng(9)
shares = rng.integers(0, 9, 40) / 8  # many equals
truth = rng.integers(0, 2, 40).tolist()
cases = [
    case("three classes", ["T-shirt/top", "Trouser", "Ankle boot"], rng.integers(0, 3, 30).tolist(), permutations(rng, 30, 3)),
    case("ten classes", [str(i) for i in range(10)], rng.integers(0, 10, 60).tolist(), permutations(rng, 60, 10)),
    case(
        "a class without samples, one never predicted",
        ["müde", "wach", "a class of a löng näme", "none"],
        [0, 0, 1, 1, 2, 2, 2],
        [[3, 2, 1, 0], [0, 1, 2, 3], [3, 2, 1, 0], [0, 3, 2, 1], [0, 3, 1, 2], [1, 0, 2, 3], [2, 0, 1, 3]],
    ),
    case("two classes with equals", ["no", "yes"], truth, [[1 - s, s] for s in shares]),
]
print(json.dumps({"generator": f"scores.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}", "cases": cases}, ensure_ascii=False))
