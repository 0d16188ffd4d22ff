"""Makes test/fixtures/model/pretrain-gradients.json: loss and every gradient of one small pretraining step."""

import os
import sys

import numpy as np
import torch

from medbert_torch import (
    FIRST_CODE,
    MASK,
    Config,
    DropoutMasks,
    array,
    check_gradients,
    describe_parameters,
    make_parameters,
    make_patients,
    mask_code,
    pad,
    pad_groups,
    pretraining_loss,
    u,
    write_fixture,
)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
from torch_pretrain import MedBert  # noqa: E402  (the benchmark's peer, checked against this oracle below)

CONFIG = Config(vocabulary=37, hidden=24, heads=3, intermediate=16, layers=2, maxLength=16)
GROUPS = [[3, 4], [7, 6, 8], [13]]
SCALE, DROPOUT, LOS_WEIGHT = 0.2, 0.1, 1
UNMASKED_PATIENT = 4


def small_patients():
    """The six patients of both gradient fixtures, nothing masked yet."""
    lengths = [length for group in GROUPS for length in group]
    draws = u(2000, sum(lengths)) * (CONFIG.vocabulary - FIRST_CODE)
    return make_patients(lengths, FIRST_CODE + np.floor(draws))


def masked_patients():
    """The six patients with one code hidden in all but one: as [MASK], kept, or replaced, in turn."""
    patients = small_patients()
    for b, (patient, draw) in enumerate(zip(patients, u(2001, len(patients)))):
        if b == UNMASKED_PATIENT:
            continue
        position = int(draw * len(patient["ids"]))
        kept = patient["ids"][position]
        mask_code(patient, position, [MASK, kept, FIRST_CODE + (b * 7) % (CONFIG.vocabulary - FIRST_CODE)][b % 3])
    return patients


def main():
    patients = masked_patients()
    batches = pad_groups(patients, GROUPS)
    parameters = make_parameters(CONFIG, "pretrain", SCALE)
    masks = DropoutMasks(CONFIG, GROUPS, DROPOUT)

    def loss_of(batches, masks=None):
        return pretraining_loss(CONFIG, parameters, batches, masks, LOS_WEIGHT)

    result = loss_of(batches, masks)
    result["loss"].backward()
    worst = check_gradients(parameters, lambda: loss_of(batches, masks)["loss"])
    print(f"worst finite-difference error {worst:.1e}")

    for table in ("rank", "visit"):
        assert not parameters[f"embeddings.{table}.weight"].grad[0].any(), "padding reaches the loss"
    D = CONFIG.hidden
    for layer in range(CONFIG.layers):
        key_bias = parameters[f"encoder.{layer}.attention.qkv.bias"].grad[D : 2 * D]
        assert key_bias.abs().max() < 1e-15, "softmax is blind to a shift of all scores"

    plain = loss_of(batches)
    padded = loss_of([pad(patients)])
    assert abs(float(plain["loss"]) - float(padded["loss"])) < 1e-12
    assert torch.allclose(plain["outputs"], padded["outputs"], rtol=0, atol=1e-12)

    peer = MedBert(**vars(CONFIG), dropout=DROPOUT).double().eval()
    peer.load_state_dict({name: tensor.detach() for name, tensor in parameters.items()}, strict=True)
    assert [name for name, _ in peer.named_parameters()] == list(parameters)
    assert abs(float(peer.loss(pad(patients))) - float(plain["loss"])) < 1e-12

    write_fixture(
        "pretrain-gradients",
        "test/golden/pretrain_gradients.py",
        CONFIG,
        {
            "scale": SCALE,
            "dropout": DROPOUT,
            "losWeight": LOS_WEIGHT,
            "groups": GROUPS,
            "patients": patients,
            "parameters": describe_parameters(parameters),
            **{key: float(result[key]) for key in ("loss", "lossMlm", "lossLos")},
            "lossNoDropout": float(plain["loss"]),
            "lossMlmNoDropout": float(plain["lossMlm"]),
            "lossLosNoDropout": float(plain["lossLos"]),
            "outputs": array(result["outputs"]),
            "logits": array(result["logits"]),
            "gradients": {name: array(tensor.grad) for name, tensor in parameters.items()},
        },
    )


if __name__ == "__main__":
    main()
