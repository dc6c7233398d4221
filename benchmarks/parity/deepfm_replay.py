"""DeepFM with its optimizers in PyTorch, and the replay of a recorded run by them.

The model is made of PyTorch's layers, every gradient is autograd's, of the summed loss, and Adagrad and Adam are torch.optim's. Only FTRL,
which PyTorch lacks, is written out.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F


class Recording:
    """What the program wrote."""

    def __init__(self, folder, dtype):
        self.folder, self.dtype = pathlib.Path(folder), dtype
        self.summary = json.loads((self.folder / "run.json").read_text())
        self.settings = self.summary["settings"]
        self.slots = self.summary["slots"]

    def array(self, name):
        return np.load(self.folder / f"{name}.npy")

    def numbers(self, name):
        return torch.from_numpy(self.array(name)).to(self.dtype)

    def matrices(self, name):
        return [self.numbers(f"{name}_{i}") for i in range(self.summary["matrices"])]


class Rectifier:
    """max(x, 0), where a tie may be taken on either side.

    A sum within rounding of 0 comes out above it in one order of summation and below it in another. The values are as good as equal, but the
    gradients are not: one passes, one stops. A replay notes its ties, and can be told to take some on the other side.
    """

    TIE = 5e-7

    def __init__(self, other_side):
        self.ties, self.other_side, self.first_event = {}, other_side, 0

    def __call__(self, x, layer):
        near = (x.detach().abs() <= self.TIE).nonzero().tolist()
        keys = {(self.first_event + event, layer, unit): (event, unit) for event, unit in near}
        self.ties.update({key: x[place].item() for key, place in keys.items()})
        flipped = [place for key, place in keys.items() if key in self.other_side]
        if not flipped:
            return torch.relu(x)
        passes = x > 0
        for place in flipped:
            passes[place] = ~passes[place]
        return x * passes


class DeepFm(torch.nn.Module):
    """Guo et al. 2017: first order, all pairs of fields, and a perceptron over the fields and the dense features."""

    def __init__(self, rows, matrices, poolings, rectifier):
        super().__init__()
        self.bias = torch.nn.Parameter(rows[:, :1].clone())
        self.vector = torch.nn.Parameter(rows[:, 1:].clone())
        self.global_bias = torch.nn.Parameter(matrices[0][0].clone())
        self.dense_weight = torch.nn.Parameter(matrices[0][1:, 0].clone())
        self.layers = torch.nn.ModuleList(self.linear(matrix) for matrix in matrices[1:])
        self.poolings, self.rectifier = poolings, rectifier

    @staticmethod
    def linear(matrix):
        layer = torch.nn.Linear(matrix.shape[0] - 1, matrix.shape[1], dtype=matrix.dtype)
        with torch.no_grad():
            layer.weight.copy_(matrix[:-1].T)
            layer.bias.copy_(matrix[-1])
        return layer

    def dense_parameters(self):
        return [self.global_bias, self.dense_weight, *self.layers.parameters()]

    def pool(self, table, bags):
        """[rows, slots, width]; an empty bag is zeros."""
        pooled = [F.embedding_bag(places, table, offsets, mode=mode, include_last_offset=True)
                  for (places, offsets), mode in zip(bags, self.poolings)]
        return torch.stack(pooled, dim=1)

    def forward(self, bags, dense):
        first = self.global_bias + self.pool(self.bias, bags).sum(dim=(1, 2)) + dense @ self.dense_weight
        vectors = self.pool(self.vector, bags)
        products = torch.bmm(vectors, vectors.transpose(1, 2))
        pairs = torch.triu(products, diagonal=1).sum(dim=(1, 2))
        hidden = torch.cat([vectors.flatten(1), dense], dim=1)
        for index, layer in enumerate(self.layers[:-1]):
            hidden = self.rectifier(layer(hidden), index)
        return first + pairs + self.layers[-1](hidden).squeeze(1)


class Ftrl:
    """FTRL-Proximal for one weight a row (McMahan et al. 2013, algorithm 1), for the rows that a batch holds.

    The paper starts at 0. A row that starts at w0 has the z whose solution without l1 and l2 is w0.
    """

    def __init__(self, weight, rate, beta, l1, l2, accumulator):
        self.weight, self.rate, self.beta, self.l1, self.l2 = weight, rate, beta, l1, l2
        self.n = torch.full_like(weight, accumulator)
        self.z = -weight.detach() * (beta + self.n.sqrt()) / rate

    @torch.no_grad()
    def step(self, rows):
        w, g, n, z = self.weight[rows], self.weight.grad[rows], self.n[rows], self.z[rows]
        sigma = ((n + g * g).sqrt() - n.sqrt()) / self.rate
        z = z + g - sigma * w
        n = n + g * g
        solution = -(z - torch.sign(z) * self.l1) / ((self.beta + n.sqrt()) / self.rate + self.l2)
        self.weight[rows] = torch.where(z.abs() <= self.l1, torch.zeros_like(z), solution)
        self.n[rows], self.z[rows] = n, z


class Replay:
    """Learns from the recorded events, batch by batch, in their order."""

    def __init__(self, recording, other_side=frozenset()):
        s = recording.settings
        self.settings = s
        ids = recording.array("ids")
        order = np.argsort(ids)
        self.slots = []
        for slot in recording.slots:
            seen = recording.array(f"slot_{slot['name']}_ids")
            places = order[np.searchsorted(ids, seen, sorter=order)]
            assert (ids[places] == seen).all()
            self.slots.append((torch.from_numpy(places), torch.from_numpy(recording.array(f"slot_{slot['name']}_offsets"))))
        self.labels, self.weights = recording.numbers("labels"), recording.numbers("weights")
        self.logit_offsets, self.dense = recording.numbers("logit_offsets"), recording.numbers("dense")
        self.rectifier = Rectifier(other_side)
        self.model = DeepFm(recording.numbers("initial_rows"), recording.matrices("initial_dense"),
                            [slot["pooling"].lower() for slot in recording.slots], self.rectifier)
        self.ftrl = Ftrl(self.model.bias, s["biasRate"], s["biasBeta"], s["biasL1"], s["biasL2"], s["biasAccumulator"])
        # Rows without a gradient stay as they are under Adagrad, so that one step over the whole table is one over the batch's rows. Its
        # own weight decay would not leave them alone; the penalty in the loss does.
        self.rows = torch.optim.Adagrad([self.model.vector], lr=s["vectorRate"], initial_accumulator_value=s["vectorAccumulator"], eps=0)
        self.deep = self.dense_optimizer()

    def dense_optimizer(self):
        s, parameters = self.settings, self.model.dense_parameters()
        if s["denseRule"] == "adam":
            return torch.optim.Adam(parameters, lr=s["denseRate"], betas=(s["adamBeta1"], s["adamBeta2"]), eps=s["adamEpsilon"],
                                    weight_decay=s["denseDecay"])
        return torch.optim.Adagrad(parameters, lr=s["denseRate"], initial_accumulator_value=s["denseAccumulator"], eps=0,
                                   weight_decay=s["denseDecay"])

    def bags(self, start, end):
        """Each slot's places and offsets of the events of a batch."""
        for places, offsets in self.slots:
            bounds = offsets[start:end + 1]
            yield places[bounds[0]:bounds[-1]], bounds - bounds[0]

    def learn(self, start, end):
        """Returns the logits before learning."""
        self.rectifier.first_event = start
        bags = list(self.bags(start, end))
        touched = torch.unique(torch.cat([places for places, _ in bags]))
        logits = self.model(bags, self.dense[start:end])
        loss = F.binary_cross_entropy_with_logits(logits + self.logit_offsets[start:end], self.labels[start:end],
                                                  weight=self.weights[start:end], reduction="sum")
        penalty = self.settings["vectorDecay"] / 2 * self.model.vector[touched].pow(2).sum()
        self.model.zero_grad(set_to_none=True)
        (loss + penalty).backward()
        self.ftrl.step(touched)
        self.rows.step()
        self.deep.step()
        return logits.detach()

    def run(self, batches):
        """Returns all logits, each from before its event was learned."""
        self.logits = torch.cat([self.learn(start, end) for start, end in zip(batches[:-1], batches[1:])])
        return self

    def log_loss(self, logits):
        losses = F.binary_cross_entropy_with_logits(logits.double(), self.labels.double(), weight=self.weights.double(), reduction="sum")
        return (losses / self.weights.double().sum()).item()
