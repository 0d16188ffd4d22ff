"""Makes test/fixtures/model/finetune-gradients.json: the FFL head on the pretraining fixture's patients, unmasked."""

import torch

from medbert_torch import (
    DropoutMasks,
    array,
    check_gradients,
    describe_parameters,
    finetuning_loss,
    make_parameters,
    pad,
    pad_groups,
    write_fixture,
)
from pretrain_gradients import CONFIG, DROPOUT, GROUPS, SCALE, small_patients

EXPLAINED_PATIENT = 2


def main():
    patients = small_patients()
    batches = pad_groups(patients, GROUPS)
    parameters = make_parameters(CONFIG, "ffl", SCALE)
    masks = DropoutMasks(CONFIG, GROUPS, DROPOUT)

    result = finetuning_loss(CONFIG, parameters, batches, masks)
    result["loss"].backward()
    worst = check_gradients(parameters, lambda: finetuning_loss(CONFIG, parameters, batches, masks)["loss"])
    print(f"worst finite-difference error {worst:.1e}")

    plain = finetuning_loss(CONFIG, parameters, batches)
    padded = finetuning_loss(CONFIG, parameters, [pad(patients)])
    assert torch.allclose(plain["probabilities"], padded["probabilities"], rtol=0, atol=1e-12)

    T = len(patients[EXPLAINED_PATIENT]["ids"])
    group, row = 1, EXPLAINED_PATIENT - len(GROUPS[0])
    attentions = [P[row, :, :T, :T] for P in plain["attentions"][group]]  # [H, T, T] a layer
    alone = finetuning_loss(CONFIG, parameters, [pad([patients[EXPLAINED_PATIENT]])])["attentions"][0]
    for P, unpadded in zip(attentions, alone):
        assert torch.allclose(P, unpadded[0], rtol=0, atol=1e-12)
        assert torch.allclose(P.sum(-1), torch.ones((), dtype=P.dtype), rtol=0, atol=1e-12)

    write_fixture(
        "finetune-gradients",
        "test/golden/finetune_gradients.py",
        CONFIG,
        {
            "scale": SCALE,
            "dropout": DROPOUT,
            "groups": GROUPS,
            "patients": patients,
            "parameters": describe_parameters(parameters),
            "loss": float(result["loss"]),
            "probabilities": result["probabilities"].tolist(),
            "lossNoDropout": float(plain["loss"]),
            "probabilitiesNoDropout": plain["probabilities"].tolist(),
            "attentionPatient": EXPLAINED_PATIENT,
            "attentions": [array(P) for P in attentions],
            "gradients": {name: array(tensor.grad) for name, tensor in parameters.items()},
        },
    )


if __name__ == "__main__":
    main()
