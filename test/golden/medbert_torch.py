"""Med-BERT in PyTorch, written only to check the engine: plain tensors, no modules, dropout given as numbers.

Shapes: B patients, T tokens (padded within one length group), D hidden, H heads, d = D/H, F intermediate,
L layers, V vocabulary. Every number that must agree with the other side (parameters, inputs, dropout masks)
comes from the counter-based generator `u`, so a fixture holds results only.
"""

import base64
import json
import math
import os
import platform
from dataclasses import asdict, dataclass

import numpy as np
import torch
import torch.nn.functional as F

PAD, UNK, MASK, FIRST_CODE = 0, 1, 2, 3
DROPOUT_STREAM = 1000
GOLDEN_RATIO = 0x9E3779B9


@dataclass(frozen=True)
class Config:
    """Sizes of the model; names as in the run configuration of the product."""

    vocabulary: int
    hidden: int
    heads: int
    intermediate: int
    layers: int
    maxLength: int


# ---- shared deterministic numbers ---------------------------------------------------------------------------


def mix(x):
    """Scrambles uint32 values (array [...] of np.uint32); numpy's uint32 arithmetic is already modulo 2^32."""
    x = x ^ (x >> np.uint32(16))
    x = x * np.uint32(0x7FEB352D)
    x = x ^ (x >> np.uint32(15))
    x = x * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


def u(stream, count, start=0):
    """u(stream, i) for i = start … start+count-1: float64 [count] in [0, 1)."""
    key = mix(np.array([(stream + GOLDEN_RATIO) % 2**32], dtype=np.uint32))
    i = np.arange(start, start + count, dtype=np.uint64)
    step = (i * np.uint64(GOLDEN_RATIO) % np.uint64(2**32)).astype(np.uint32)
    return mix(key + step).astype(np.float64) / 2**32


def parameter_shapes(config, head):
    """Name → shape in the order that numbers the parameter streams; head is 'pretrain' or 'ffl'."""
    V, D, Fi, P = config.vocabulary, config.hidden, config.intermediate, config.maxLength + 1
    shapes = {
        "embeddings.code.weight": (V, D),
        "embeddings.rank.weight": (P, D),
        "embeddings.visit.weight": (P, D),
        "embeddings.norm.weight": (D,),
        "embeddings.norm.bias": (D,),
    }
    for layer in range(config.layers):
        inside = {
            "attention.qkv.weight": (3 * D, D),
            "attention.qkv.bias": (3 * D,),
            "attention.output.weight": (D, D),
            "attention.output.bias": (D,),
            "attention.norm.weight": (D,),
            "attention.norm.bias": (D,),
            "feedforward.input.weight": (Fi, D),
            "feedforward.input.bias": (Fi,),
            "feedforward.output.weight": (D, Fi),
            "feedforward.output.bias": (D,),
            "feedforward.norm.weight": (D,),
            "feedforward.norm.bias": (D,),
        }
        shapes.update({f"encoder.{layer}.{name}": shape for name, shape in inside.items()})
    if head == "pretrain":
        shapes.update({"mlm.bias": (V,), "los.weight": (1, D), "los.bias": (1,)})
    elif head == "ffl":
        shapes.update({"ffl.weight": (1, D), "ffl.bias": (1,)})
    else:
        raise ValueError(head)
    return shapes


def make_parameters(config, head, scale, dtype=torch.float64):
    """Deterministic leaf tensors, rounded to float32 first so that every precision starts from equal numbers."""
    parameters = {}
    for p, (name, shape) in enumerate(parameter_shapes(config, head).items()):
        centred = u(p, math.prod(shape)) - 0.5
        values = 1 + 0.2 * centred if name.endswith(".norm.weight") else scale * centred
        tensor = torch.from_numpy(values.astype(np.float32).reshape(shape)).to(dtype)
        parameters[name] = tensor.requires_grad_(True)
    return parameters


class DropoutMasks:
    """The k-th mask of a step, cut to one length group; elements count through the groups in order."""

    def __init__(self, config, groups, probability):
        self.config, self.probability = config, probability
        self.shapes = [(len(group), max(group)) for group in groups]

    def _cut(self, k, sizes, group, shape):
        uniform = u(DROPOUT_STREAM + k, sizes[group], start=sum(sizes[:group]))
        keep = (uniform >= self.probability) / (1 - self.probability)
        return torch.from_numpy(keep.reshape(shape))

    def tokens(self, k, group):
        """Mask of [B_g, T_g, D]."""
        B, T = self.shapes[group]
        sizes = [b * t * self.config.hidden for b, t in self.shapes]
        return self._cut(k, sizes, group, (B, T, self.config.hidden))

    def attention(self, k, group):
        """Mask of [B_g, H, T_g, T_g]."""
        B, T = self.shapes[group]
        sizes = [b * self.config.heads * t * t for b, t in self.shapes]
        return self._cut(k, sizes, group, (B, self.config.heads, T, T))


# ---- the model ----------------------------------------------------------------------------------------------


def encode(config, parameters, batch, masks=None, group=0):
    """Token outputs x_L [B, T, D] and the attentions (before dropout) of each layer [B, H, T, T].

    batch: ids, ranks, visits int64 [B, T] (0 at padding). masks: DropoutMasks, or None for no dropout.
    """
    D, H, d = config.hidden, config.heads, config.hidden // config.heads
    B, T = batch["ids"].shape

    def weight(name):
        return parameters[name + ".weight"]

    def affine(x, name):
        return x @ weight(name).T + parameters[name + ".bias"]

    def norm(x, name):
        return F.layer_norm(x, (D,), weight(name), parameters[name + ".bias"], eps=1e-12)

    def drop_tokens(x, k):
        return x if masks is None else x * masks.tokens(k, group).to(x.dtype)

    def drop_attention(x, k):
        return x if masks is None else x * masks.attention(k, group).to(x.dtype)

    def split(x):  # [B, T, D] → [B, H, T, d]
        return x.view(B, T, H, d).transpose(1, 2)

    x = weight("embeddings.code")[batch["ids"]]
    x = x + weight("embeddings.rank")[batch["ranks"]] + weight("embeddings.visit")[batch["visits"]]
    x = drop_tokens(norm(x, "embeddings.norm"), 0)
    barred = (batch["ids"] == PAD).to(x.dtype)[:, None, None, :] * -10000.0
    attentions = []
    for layer in range(config.layers):
        name = f"encoder.{layer}"
        q, k, v = (split(part) for part in affine(x, f"{name}.attention.qkv").chunk(3, dim=-1))
        P = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(d) + barred, dim=-1)
        attentions.append(P)
        context = (drop_attention(P, 1 + 3 * layer) @ v).transpose(1, 2).reshape(B, T, D)
        a = drop_tokens(affine(context, f"{name}.attention.output"), 2 + 3 * layer)
        x = norm(x + a, f"{name}.attention.norm")
        gelu = F.gelu(affine(x, f"{name}.feedforward.input"))  # erf form
        f = drop_tokens(affine(gelu, f"{name}.feedforward.output"), 3 + 3 * layer)
        x = norm(x + f, f"{name}.feedforward.norm")
    return x, attentions


def patient_logits(parameters, head, x, batch):
    """z [B] = mean over the patient's real tokens of x_L · w + b; head is 'los' or 'ffl'."""
    real = (batch["ids"] != PAD).to(x.dtype)[:, :, None]
    s = (x * real).sum(1) / real.sum(1)
    return (s @ parameters[f"{head}.weight"].T + parameters[f"{head}.bias"])[:, 0]


def mlm_logits(parameters, x, batch):
    """Logits [M, V] of the masked tokens of the patients that have one (batch['masked'] = position or -1)."""
    rows = torch.nonzero(batch["masked"] >= 0)[:, 0]
    h = x[rows, batch["masked"][rows]]
    return h @ parameters["embeddings.code.weight"].T + parameters["mlm.bias"]


def pretraining_loss(config, parameters, batches, masks=None, los_weight=1.0):
    """Loss over all length groups: dict of loss, lossMlm, lossLos (0-dim), outputs [tokens, D], logits [M, V]."""
    tokens, logits, targets, los, labels = [], [], [], [], []
    for g, batch in enumerate(batches):
        x, _ = encode(config, parameters, batch, masks, g)
        tokens.append(x[batch["ids"] != PAD])
        logits.append(mlm_logits(parameters, x, batch))
        targets.append(batch["targets"][batch["masked"] >= 0])
        los.append(patient_logits(parameters, "los", x, batch))
        labels.append(batch["labels"])
    logits, los = torch.cat(logits), torch.cat(los)
    mlm_loss = F.cross_entropy(logits, torch.cat(targets))
    los_loss = F.binary_cross_entropy_with_logits(los, torch.cat(labels).to(los.dtype))
    loss = mlm_loss + los_weight * los_loss
    return {"loss": loss, "lossMlm": mlm_loss, "lossLos": los_loss, "outputs": torch.cat(tokens), "logits": logits}


def finetuning_loss(config, parameters, batches, masks=None):
    """FFL head over all length groups: dict of loss (0-dim), probabilities [B], attentions [group][layer]."""
    z, labels, attentions = [], [], []
    for g, batch in enumerate(batches):
        x, attention = encode(config, parameters, batch, masks, g)
        z.append(patient_logits(parameters, "ffl", x, batch))
        labels.append(batch["labels"])
        attentions.append(attention)
    z = torch.cat(z)
    loss = F.binary_cross_entropy_with_logits(z, torch.cat(labels).to(z.dtype))
    return {"loss": loss, "probabilities": torch.sigmoid(z), "attentions": attentions}


# ---- patients -----------------------------------------------------------------------------------------------


def make_patients(lengths, ids):
    """One dict per patient from running token ids; two codes a visit, LOS or FFL label b % 2, nothing masked."""
    patients, start = [], 0
    for b, length in enumerate(lengths):
        t = np.arange(length)
        codes = [int(code) for code in ids[start : start + length]]
        ranks, visits = (1 + t % 2).tolist(), (1 + t // 2).tolist()
        patients.append(dict(ids=codes, ranks=ranks, visits=visits, masked=-1, target=PAD, label=b % 2))
        start += length
    return patients


def mask_code(patient, position, replacement):
    """Hides one code of a patient: the target is the original id, the input becomes `replacement`."""
    patient["masked"], patient["target"] = int(position), patient["ids"][int(position)]
    patient["ids"][int(position)] = int(replacement)


def pad(patients):
    """Patients → one padded batch of int64 tensors [B, T] and [B]."""
    T = max(len(patient["ids"]) for patient in patients)
    columns = {key: [p[key] + [0] * (T - len(p[key])) for p in patients] for key in ("ids", "ranks", "visits")}
    columns.update({key + "s": [p[key] for p in patients] for key in ("target", "label")})
    columns["masked"] = [p["masked"] for p in patients]
    return {key: torch.tensor(column, dtype=torch.int64) for key, column in columns.items()}


def pad_groups(patients, groups):
    """Patients in order, cut into the length groups (lists of lengths) and padded within each."""
    ends = np.cumsum([len(group) for group in groups]).tolist()
    return [pad(patients[end - len(group) : end]) for end, group in zip(ends, groups)]


# ---- checks and fixtures ------------------------------------------------------------------------------------


def check_gradients(parameters, loss_of, per_parameter=3, h=1e-5):
    """Central differences against autograd (.grad must be filled, float64); returns the worst error seen."""
    worst = 0.0
    for p, (name, tensor) in enumerate(parameters.items()):
        flat, gradient = tensor.data.view(-1), tensor.grad.view(-1)
        drawn = (u(9000 + p, per_parameter) * flat.numel()).astype(np.int64).tolist()
        for i in {int(gradient.abs().argmax()), *drawn}:
            kept = float(flat[i])
            with torch.no_grad():
                flat[i] = kept + h
                above = float(loss_of())
                flat[i] = kept - h
                below = float(loss_of())
                flat[i] = kept
            error = abs((above - below) / (2 * h) - float(gradient[i]))
            assert error <= 1e-9 + 1e-7 * abs(float(gradient[i])), (name, i, error)
            worst = max(worst, error)
    return worst


def array(tensor):
    """Fixture form of an array: shape and base64 of little-endian float64, row-major."""
    values = np.ascontiguousarray(tensor.detach().numpy(), dtype="<f8")
    return {"shape": list(values.shape), "data": base64.b64encode(values.tobytes()).decode("ascii")}


def describe_parameters(parameters):
    """Index, shape, first and last value of each parameter: lets the reader check its own deterministic numbers."""
    rows = []
    for index, (name, tensor) in enumerate(parameters.items()):
        flat = tensor.detach().reshape(-1)
        rows.append(
            dict(index=index, name=name, shape=list(tensor.shape), first=float(flat[0]), last=float(flat[-1]))
        )
    return rows


def write_fixture(name, program, config, content):
    """Writes test/fixtures/model/<name>.json whole or not at all; says which program and versions made it."""
    made_by = dict(program=program, python=platform.python_version(), torch=torch.__version__, numpy=np.__version__)
    fixture = {
        "madeBy": made_by,
        "arrays": "data = base64 of little-endian float64, row-major",
        "config": asdict(config),
        **content,
    }
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", "model")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name + ".json")
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(fixture, file, indent=1)
        file.write("\n")
    os.replace(path + ".part", path)
    print(f"{name}.json: {os.path.getsize(path) / 1024:.0f} KB")
