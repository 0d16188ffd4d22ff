"""Makes test/fixtures/model/loss-curve.json: AdamW steps of pretraining in float32 and float64.

At the top: 50 steps of the published size with the published recipe. Its learning rate is too small to show a
wrong weight decay, so `strong` repeats one small batch with a hundredfold rate and decay: there each rule of the
optimizer (what decays, bias correction, decoupling, warm-up) moves the losses far beyond rounding.
"""

import argparse
import time
from dataclasses import asdict

import numpy as np
import torch

from medbert_torch import (
    FIRST_CODE,
    MASK,
    Config,
    make_parameters,
    make_patients,
    mask_code,
    pad,
    pretraining_loss,
    u,
    write_fixture,
)
from pretrain_gradients import CONFIG as SMALL_CONFIG
from pretrain_gradients import SCALE as SMALL_SCALE
from pretrain_gradients import masked_patients

CONFIG = Config(vocabulary=82_603, hidden=192, heads=6, intermediate=64, layers=6, maxLength=512)
SCALE, BATCH = 0.07, 32
PUBLISHED = dict(learningRate=5e-5, warmupSteps=10, beta1=0.9, beta2=0.999, epsilon=1e-8, weightDecay=0.01)
STRONG = {**PUBLISHED, "learningRate": 5e-3, "weightDecay": 1.0}
STRONG_STEPS = 30


def floor_clear(values):
    """Floor of values >= 0, refusing any so near a positive whole number that other rounding could change it."""
    assert np.abs(values - np.maximum(1, np.round(values))).min() > 1e-9, "a draw falls on a boundary: choose other streams"
    return np.floor(values).astype(np.int64)


def make_batch(step):
    """The 32 patients of one step, each with one code hidden as [MASK]."""
    draw = u(3000 + step, BATCH)
    lengths = (3 + floor_clear(draw * draw * draw * 60)).tolist()
    square = u(4000 + step, sum(lengths)) ** 2
    ids = FIRST_CODE + floor_clear(square * square * (CONFIG.vocabulary - FIRST_CODE))
    patients = make_patients(lengths, ids)
    positions = floor_clear(u(5000 + step, BATCH) * lengths)
    for patient, position in zip(patients, positions):
        mask_code(patient, position, MASK)
    return patients


def decays(name):
    return not (name.endswith(".bias") or ".norm." in name)


def train(config, scale, optimizer, batches, dtype):
    """Losses before each update and the L2 norm of each parameter's total change."""
    parameters = make_parameters(config, "pretrain", scale, dtype)
    initial = {name: tensor.detach().clone() for name, tensor in parameters.items()}
    groups = [
        dict(params=[t for n, t in parameters.items() if decays(n)], weight_decay=optimizer["weightDecay"]),
        dict(params=[t for n, t in parameters.items() if not decays(n)], weight_decay=0.0),
    ]
    betas = (optimizer["beta1"], optimizer["beta2"])
    adamw = torch.optim.AdamW(groups, lr=0.0, betas=betas, eps=optimizer["epsilon"])
    curve = {"loss": [], "lossMlm": [], "lossLos": []}
    started = time.perf_counter()
    for step, batch in enumerate(batches):
        for group in adamw.param_groups:
            group["lr"] = optimizer["learningRate"] * min(1, (step + 1) / optimizer["warmupSteps"])
        adamw.zero_grad(set_to_none=True)
        result = pretraining_loss(config, parameters, [batch])
        result["loss"].backward()
        adamw.step()
        for key, losses in curve.items():
            losses.append(float(result[key]))
    seconds = (time.perf_counter() - started) / len(batches)
    print(f"{dtype}: {seconds:.3f} s a step, loss {curve['loss'][0]:.6f} → {curve['loss'][-1]:.6f}", flush=True)
    moved = {name: float((tensor.detach() - initial[name]).double().norm()) for name, tensor in parameters.items()}
    return {**curve, "change": moved}


def train_both(config, scale, optimizer, batches):
    """The same training in both precisions, with what was asked of it."""
    single = train(config, scale, optimizer, batches, torch.float32)
    double = train(config, scale, optimizer, batches, torch.float64)
    gap = max(abs(a - b) for a, b in zip(single["loss"], double["loss"]))
    print(f"largest float32–float64 difference of the loss {gap:.1e}")
    return {"scale": scale, "optimizer": optimizer, "float32": single, "float64": double}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--steps", type=int, default=50)
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    steps = [make_batch(step) for step in range(options.steps)]
    inputs = [
        dict(
            lengths=[len(patient["ids"]) for patient in patients],
            idSum=sum(sum(patient["ids"]) for patient in patients),
            positions=[patient["masked"] for patient in patients],
            targets=[patient["target"] for patient in patients],
        )
        for patients in steps
    ]
    strong = train_both(SMALL_CONFIG, SMALL_SCALE, STRONG, [pad(masked_patients())] * STRONG_STEPS)
    full_size = train_both(CONFIG, SCALE, PUBLISHED, [pad(patients) for patients in steps])
    write_fixture(
        "loss-curve",
        "test/golden/loss_curve.py",
        CONFIG,
        {
            "dropout": 0,
            "losWeight": 1,
            "batch": BATCH,
            "inputs": inputs,
            **full_size,
            "strong": {"config": asdict(SMALL_CONFIG), "patients": masked_patients(), **strong},
        },
    )


if __name__ == "__main__":
    main()
