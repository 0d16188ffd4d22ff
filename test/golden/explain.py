"""Makes test/fixtures/model/explain.json: attention rollout, integrated gradients and occlusion of one patient, float64.

The patient and the FFL model are those of finetune_gradients.py. Integrated gradients start from [MASK] in the place
of every code, with the patient's own ranks and visits, on the summed embeddings before their LayerNorm.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F

from medbert_torch import MASK, array, encode, make_parameters, pad, patient_logits, write_fixture
from pretrain_gradients import CONFIG, SCALE, small_patients

EXPLAINED_PATIENT = 2
STEPS = 64


def encode_from(embedded, parameters):
    """Token outputs x_L [B, T, D] from summed embeddings [B, T, D] of unpadded patients, written apart from encode."""
    D, H = CONFIG.hidden, CONFIG.heads
    x = F.layer_norm(embedded, (D,), parameters["embeddings.norm.weight"], parameters["embeddings.norm.bias"], 1e-12)
    for layer in range(CONFIG.layers):
        at = f"encoder.{layer}."
        p = {name[len(at) :]: tensor for name, tensor in parameters.items() if name.startswith(at)}
        q, k, v = F.linear(x, p["attention.qkv.weight"], p["attention.qkv.bias"]).chunk(3, -1)
        heads = []
        for h in range(H):
            at_head = slice(h * D // H, (h + 1) * D // H)
            scores = torch.einsum("bid,bjd->bij", q[..., at_head], k[..., at_head]) / math.sqrt(D // H)
            heads.append(torch.softmax(scores, -1) @ v[..., at_head])
        a = F.linear(torch.cat(heads, -1), p["attention.output.weight"], p["attention.output.bias"])
        x = F.layer_norm(x + a, (D,), p["attention.norm.weight"], p["attention.norm.bias"], 1e-12)
        f = F.gelu(F.linear(x, p["feedforward.input.weight"], p["feedforward.input.bias"]))
        f = F.linear(f, p["feedforward.output.weight"], p["feedforward.output.bias"])
        x = F.layer_norm(x + f, (D,), p["feedforward.norm.weight"], p["feedforward.norm.bias"], 1e-12)
    return x


def embeddings(parameters, patient, ids):
    """Summed embeddings [T, D]."""
    ranks, visits = torch.tensor(patient["ranks"]), torch.tensor(patient["visits"])
    return (
        parameters["embeddings.code.weight"][torch.tensor(ids)]
        + parameters["embeddings.rank.weight"][ranks]
        + parameters["embeddings.visit.weight"][visits]
    )


def logit_of(parameters, patient):
    batch = pad([patient])
    x, attentions = encode(CONFIG, parameters, batch)
    return float(patient_logits(parameters, "ffl", x, batch)), [a[0] for a in attentions]


def rollout(attentions):
    """Abnar & Zuidema 2020 with numpy's matrix product."""
    reached = np.eye(attentions[0].shape[-1])
    for layer in attentions:
        mixed = 0.5 * layer.numpy().mean(0) + 0.5 * np.eye(len(reached))
        reached = (mixed / mixed.sum(-1, keepdims=True)) @ reached
    return torch.from_numpy(reached)


def integrate(parameters, patient, steps):
    """Attributions [T] by Gauss–Legendre quadrature of the autograd gradient."""
    x = embeddings(parameters, patient, patient["ids"])
    baseline = embeddings(parameters, patient, [MASK] * len(patient["ids"]))
    places, weights = np.polynomial.legendre.leggauss(steps)
    total = torch.zeros_like(x)
    for place, weight in zip(places, weights):
        point = (baseline + (1 + place) / 2 * (x - baseline)).detach().requires_grad_(True)
        z = encode_from(point[None], parameters).mean(1) @ parameters["ffl.weight"].T + parameters["ffl.bias"]
        (gradient,) = torch.autograd.grad(z.sum(), point)
        total += weight / 2 * gradient
    return ((x - baseline) * total).sum(-1)


def without(patient, at):
    """The patient as recorded without one code."""
    kept = [(v, c) for t, (v, c) in enumerate(zip(patient["visits"], patient["ids"])) if t != at]
    visits, ranks = [], []
    for i, (visit, _) in enumerate(kept):
        new = i == 0 or visit != kept[i - 1][0]
        visits.append((visits[-1] if visits else 0) + new)
        ranks.append(1 if new else ranks[-1] + 1)
    return dict(patient, ids=[c for _, c in kept], visits=visits, ranks=ranks)


def main():
    parameters = {name: tensor.detach() for name, tensor in make_parameters(CONFIG, "ffl", SCALE).items()}
    patient = small_patients()[EXPLAINED_PATIENT]
    T = len(patient["ids"])
    logit, attentions = logit_of(parameters, patient)
    masked = [dict(patient, ids=[MASK if t == at else c for t, c in enumerate(patient["ids"])]) for at in range(T)]
    baseline_logit, _ = logit_of(parameters, dict(patient, ids=[MASK] * T))

    x = encode_from(embeddings(parameters, patient, patient["ids"])[None], parameters)
    assert torch.allclose(x, encode(CONFIG, parameters, pad([patient]))[0], rtol=0, atol=1e-12)
    attributions = integrate(parameters, patient, STEPS)
    assert abs(float(attributions.sum()) - (logit - baseline_logit)) < 1e-9, "not complete"
    assert torch.allclose(attributions, integrate(parameters, patient, 2 * STEPS), rtol=0, atol=1e-9)
    reached = rollout(attentions)
    assert torch.allclose(reached.sum(-1), torch.ones(T, dtype=reached.dtype), rtol=0, atol=1e-12)

    write_fixture(
        "explain",
        "test/golden/explain.py",
        CONFIG,
        {
            "scale": SCALE,
            "patient": patient,
            "logit": logit,
            "attentions": [array(a) for a in attentions],
            "rollout": array(reached),
            "steps": STEPS,
            "baselineLogit": baseline_logit,
            "attributions": attributions.tolist(),
            "masked": [logit_of(parameters, p)[0] for p in masked],
            "removed": [logit_of(parameters, without(patient, at))[0] for at in range(T)],
        },
    )


if __name__ == "__main__":
    main()
