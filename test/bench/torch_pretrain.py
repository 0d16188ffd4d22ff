"""Pretraining speed of Med-BERT in PyTorch, padded as its users write it: the peer of the benchmark.

Prints one JSON line. `--tuned` gives PyTorch the best that is known on a CPU without changing the model: the
OpenMP build of OpenBLAS with its AVX-512 kernels, a malloc that keeps its pages, AdamW over tensor lists,
denormals flushed. Every batch is padded to its longest patient; masked rows are gathered before the decoder.
"""

import argparse
import glob
import json
import math
import os
import random
import resource
import sys
import time

BATCH_SEED, WARM_UP_STEPS, LEARNING_RATE, WEIGHT_DECAY = 1, 2, 5e-5, 0.01
MEAN_LENGTH, LENGTH_SPREAD, MIN_LENGTH = 15.7, 0.95, 3  # codes a patient of the published cohort; lognormal sigma


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vocabulary", type=int, default=82_603)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lengths", choices=["realistic", "dense"], default="realistic")
    parser.add_argument("--lengths-file", help="one integer a line; every --batch lines are one batch")
    parser.add_argument("--sort-by-length", action="store_true", help="batches of patients of like length")
    parser.add_argument("--max-length", type=int, default=512)
    parser.add_argument("--steps", type=int, default=10, help="timed steps, after 2 to warm up")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tuned", action="store_true")
    return parser.parse_args()


def tuned_environment(threads):
    """Variables that must be set before the process loads its libraries."""
    environment = {
        "OMP_NUM_THREADS": str(threads),
        "MALLOC_TOP_PAD_": str(1 << 28),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 33),
        "MALLOC_MMAP_THRESHOLD_": str(1 << 33),
    }
    folders = glob.glob("/usr/lib/*-linux-gnu/openblas-openmp")  # Debian's package libopenblas0-openmp
    if folders:
        rest = os.environ.get("LD_LIBRARY_PATH", "")
        environment["LD_LIBRARY_PATH"] = folders[0] + (":" + rest if rest else "")
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="ignore") as file:
            flags = next((line for line in file if line.startswith("flags")), "")
        if "avx512f" in flags and "avx512vl" in flags:
            environment["OPENBLAS_CORETYPE"] = "SkylakeX"  # else OpenBLAS stays with AVX2 on CPUs it does not know
    except OSError:
        pass
    return environment


def restart_tuned(options):
    """Replaces this process by itself under the tuned environment, once."""
    if options.tuned and "MEDBERT_BENCH_TUNED" not in os.environ:
        environment = {**os.environ, **tuned_environment(options.threads), "MEDBERT_BENCH_TUNED": "1"}
        os.execve(sys.executable, [sys.executable, *sys.argv], environment)


if __name__ == "__main__":
    restart_tuned(parse_options())

import torch  # noqa: E402  (after the environment is settled)
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402


class Embeddings(nn.Module):
    def __init__(self, vocabulary, hidden, maxLength, dropout):
        super().__init__()
        self.code = nn.Embedding(vocabulary, hidden)
        self.rank = nn.Embedding(maxLength + 1, hidden)
        self.visit = nn.Embedding(maxLength + 1, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids, ranks, visits):
        return self.dropout(self.norm(self.code(ids) + self.rank(ranks) + self.visit(visits)))


class Attention(nn.Module):
    def __init__(self, hidden, heads, dropout):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.output = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, barred):
        B, T, D = x.shape
        q, k, v = self.qkv(x).view(B, T, 3, self.heads, D // self.heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / math.sqrt(D // self.heads) + barred
        context = self.dropout(torch.softmax(scores, dim=-1)) @ v
        a = self.output(context.transpose(1, 2).reshape(B, T, D))
        return self.norm(x + self.dropout(a))


class FeedForward(nn.Module):
    def __init__(self, hidden, intermediate, dropout):
        super().__init__()
        self.input = nn.Linear(hidden, intermediate)
        self.output = nn.Linear(intermediate, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        return self.norm(x + self.dropout(self.output(F.gelu(self.input(x)))))


class Layer(nn.Module):
    def __init__(self, hidden, heads, intermediate, dropout):
        super().__init__()
        self.attention = Attention(hidden, heads, dropout)
        self.feedforward = FeedForward(hidden, intermediate, dropout)

    def forward(self, x, barred):
        return self.feedforward(self.attention(x, barred))


class MaskedCodes(nn.Module):
    """Decoder tied to the code table; only its bias is its own."""

    def __init__(self, vocabulary):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, h, code_table):
        return F.linear(h, code_table, self.bias)


class MedBert(nn.Module):
    """Med-BERT with its two pretraining heads; parameter names are those of the product."""

    def __init__(self, vocabulary, hidden=192, heads=6, intermediate=64, layers=6, maxLength=512, dropout=0.1):
        super().__init__()
        self.embeddings = Embeddings(vocabulary, hidden, maxLength, dropout)
        self.encoder = nn.ModuleList(Layer(hidden, heads, intermediate, dropout) for _ in range(layers))
        self.mlm = MaskedCodes(vocabulary)
        self.los = nn.Linear(hidden, 1)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                nn.init.trunc_normal_(parameter, std=0.02, a=-0.04, b=0.04)
            elif name.endswith(".bias"):
                nn.init.zeros_(parameter)

    def loss(self, batch):
        """MLM + LOS loss of a padded batch: ids, ranks, visits [B, T]; masked (position or -1), targets, labels [B]."""
        real = batch["ids"] != 0
        x = self.embeddings(batch["ids"], batch["ranks"], batch["visits"])
        barred = (~real).to(x.dtype)[:, None, None, :] * -10000.0
        for layer in self.encoder:
            x = layer(x, barred)
        rows = torch.nonzero(batch["masked"] >= 0)[:, 0]
        logits = self.mlm(x[rows, batch["masked"][rows]], self.embeddings.code.weight)
        mean = (x * real[:, :, None]).sum(1) / real.sum(1, keepdim=True)
        los = F.binary_cross_entropy_with_logits(self.los(mean)[:, 0], batch["labels"].to(x.dtype))
        return F.cross_entropy(logits, batch["targets"][rows]) + los


def draw_lengths(options, count):
    """Code counts of `count` patients: from the file (read round and round), all full, or lognormal."""
    if options.lengths_file:
        with open(options.lengths_file, encoding="utf-8") as file:
            lengths = [min(int(line), options.max_length) for line in file if line.strip()]
        if len(lengths) < options.batch or min(lengths) < 1:
            raise SystemExit(f"{options.lengths_file}: needs at least {options.batch} lines of positive integers")
        return [lengths[i % len(lengths)] for i in range(count)]
    if options.lengths == "dense":
        return [options.max_length] * count
    draw = random.Random(BATCH_SEED)
    mu = math.log(MEAN_LENGTH) - LENGTH_SPREAD**2 / 2
    drawn = (round(draw.lognormvariate(mu, LENGTH_SPREAD)) for _ in range(count))
    return [min(options.max_length, max(MIN_LENGTH, length)) for length in drawn]


def make_batches(options):
    """The timed batches, each padded to its longest patient; made before the clock starts."""
    draw = torch.Generator().manual_seed(BATCH_SEED)
    lengths = draw_lengths(options, options.steps * options.batch)
    if options.sort_by_length:
        lengths.sort()
    batches = []
    for step in range(options.steps):
        cut = lengths[step * options.batch : (step + 1) * options.batch]
        size, T = torch.tensor(cut), max(cut)
        t = torch.arange(T).expand(len(cut), T)
        real = t < size[:, None]
        ids = (3 + torch.rand(len(cut), T, generator=draw) ** 4 * (options.vocabulary - 3)).long() * real
        masked = (torch.rand(len(cut), generator=draw) * size).long()
        rows = torch.arange(len(cut))
        targets = ids[rows, masked]
        ids[rows, masked] = 2
        batch = dict(ids=ids, ranks=(1 + t % 2) * real, visits=(1 + t // 2) * real)
        batches.append({**batch, "masked": masked, "targets": targets, "labels": rows % 2})
    if options.sort_by_length:
        random.Random(BATCH_SEED).shuffle(batches)
    return batches


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    torch.manual_seed(BATCH_SEED)
    if options.tuned:
        torch.set_flush_denormal(True)
    model = MedBert(options.vocabulary, maxLength=options.max_length).train()
    bare = [p for name, p in model.named_parameters() if name.endswith(".bias") or ".norm." in name]
    decayed = [p for name, p in model.named_parameters() if not (name.endswith(".bias") or ".norm." in name)]
    groups = [dict(params=decayed, weight_decay=WEIGHT_DECAY), dict(params=bare, weight_decay=0.0)]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, foreach=options.tuned)
    batches = make_batches(options)
    largest = max(batches, key=lambda batch: batch["ids"].numel())  # memory for every later step is had at once
    started = 0.0
    for step, batch in enumerate([largest] * WARM_UP_STEPS + batches):
        if step == WARM_UP_STEPS:
            started = time.perf_counter()
        optimizer.zero_grad(set_to_none=options.tuned)
        loss = model.loss(batch)
        loss.backward()
        optimizer.step()
        float(loss.detach())
    seconds = (time.perf_counter() - started) / options.steps
    real = sum(int((batch["ids"] != 0).sum()) for batch in batches)
    padded = sum(batch["ids"].numel() for batch in batches)
    print(
        json.dumps(
            {
                "patientsPerSecond": round(options.batch / seconds, 2),
                "secondsPerStep": round(seconds, 4),
                "tokensPerSecond": round(real / options.steps / seconds, 1),
                "paddingFactor": round(padded / real, 2),
                "peakRssMb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "torch": torch.__version__,
                "threads": options.threads,
                "tuned": options.tuned,
                "openblasOpenmp": "openblas-openmp" in os.environ.get("LD_LIBRARY_PATH", ""),
                "sortedByLength": options.sort_by_length,
                "vocabulary": options.vocabulary,
                "steps": options.steps,
            }
        )
    )


if __name__ == "__main__":
    main()
