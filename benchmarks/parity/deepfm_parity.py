#!/usr/bin/env python3
"""Repeats a run of the Parity program in PyTorch, and compares.

Takes the events, their order and the initial values from the folder that the program wrote, and compares with what it wrote of the end.
Prints a line "name value limit ok" a comparison. Exit code 0: all within their limits; 1: not; 2: wrong arguments.
"""
import argparse
import math
import sys

import torch

from deepfm_replay import DeepFm, Recording, Rectifier, Replay

LIMITS = {
    "log_loss_difference": 1e-4,
    "largest_embedding_difference": 1e-3,
    "largest_bias_difference": 1e-3,
    "largest_dense_weight_difference": 1e-3,
    "largest_logit_difference": 1e-3,
    "reported_log_loss_difference": 1e-9,
}
SAME_LOGIT = 1e-5
MOST_TRIALS = 40


def difference(left, right):
    return (left.double() - right.double()).abs().max().item()


def dense_weights(matrices):
    """The matrices of the program in the order and shapes of DeepFm.dense_parameters."""
    layers = [DeepFm.linear(matrix) for matrix in matrices[1:]]
    return [matrices[0][0], matrices[0][1:, 0], *(parameter.detach() for layer in layers for parameter in layer.parameters())]


def compare(recording, replay):
    model, rows, logits = replay.model, recording.numbers("final_rows"), recording.numbers("logits")
    dense = zip(model.dense_parameters(), dense_weights(recording.matrices("final_dense")))
    reported = recording.summary["logLoss"]
    return {
        "log_loss_difference": abs(reported - replay.log_loss(replay.logits)),
        "largest_embedding_difference": difference(model.vector.detach(), rows[:, 1:]),
        "largest_bias_difference": difference(model.bias.detach(), rows[:, :1]),
        "largest_dense_weight_difference": max(difference(one.detach(), other) for one, other in dense),
        "largest_logit_difference": difference(replay.logits, logits),
        "reported_log_loss_difference": abs(replay.log_loss(logits) - reported),
    }


def within(name, value):
    return math.isfinite(value) and value <= LIMITS[name]


def agreement(recording, replay):
    """How many events went the same way, and how close the ends are: the larger, the better."""
    apart = ((replay.logits - recording.numbers("logits")).abs() > SAME_LOGIT).nonzero()
    values = compare(recording, replay)
    return (apart[0].item() if len(apart) else len(replay.logits), -values["largest_embedding_difference"])


def settle_ties(recording, replay, batches):
    """While the two disagree, looks for a tie before they part that the program took on the other side."""
    trials = 0
    while not all(within(name, value) for name, value in compare(recording, replay).items()):
        agreed = agreement(recording, replay)
        candidates = [tie for tie in replay.rectifier.ties if tie[0] < agreed[0] and tie not in replay.rectifier.other_side]
        for tie in sorted(candidates, key=lambda tie: abs(replay.rectifier.ties[tie])):
            trials += 1
            if trials > MOST_TRIALS:
                return replay
            trial = Replay(recording, replay.rectifier.other_side | {tie}).run(batches)
            if agreement(recording, trial) > agreed:
                print("tie at event {}, layer {}, unit {}: {:.1e} here, taken on the other side".format(*tie, replay.rectifier.ties[tie]))
                replay = trial
                break
        else:
            return replay
    return replay


def movement(recording):
    """How far learning went, beside which a difference is to be seen."""
    before, after = recording.numbers("initial_rows"), recording.numbers("final_rows")
    dense = zip(recording.matrices("initial_dense"), recording.matrices("final_dense"))
    zeros = (after[:, 0] == 0).double().mean().item()
    print(f"{len(recording.array('labels'))} events, {len(before)} rows, biases that are 0: {100 * zeros:.1f} %")
    print(f"largest movement: embeddings {difference(before[:, 1:], after[:, 1:]):.3f}, biases {difference(before[:, :1], after[:, :1]):.3f}, "
          f"dense weights {max(difference(*pair) for pair in dense):.3f}")


def change(recording, assignment):
    name, _, value = assignment.partition("=")
    slot = next((slot for slot in recording.slots if f"pooling.{slot['name']}" == name), None)
    if slot is not None:
        slot["pooling"] = value
    elif name in recording.settings:
        recording.settings[name] = value if isinstance(recording.settings[name], str) else float(value)
    else:
        print(f"There is no setting {name}; known: {', '.join(recording.settings)}, pooling.SLOT.", file=sys.stderr)
        sys.exit(2)


def main():
    parser = argparse.ArgumentParser(description="Compares a run of the Parity program with PyTorch.")
    parser.add_argument("folder", help="what the program was given as --out")
    parser.add_argument("--double", action="store_true", help="calculate in double precision: tells rounding from error")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="change a setting on this side alone, which must show")
    arguments = parser.parse_args()
    recording = Recording(arguments.folder, torch.float64 if arguments.double else torch.float32)
    for assignment in arguments.set:
        change(recording, assignment)
    print(f"{recording.summary['description']}; PyTorch {torch.__version__}, {recording.dtype}, {recording.settings['denseRule']}")
    movement(recording)
    batches = recording.array("batches").tolist()
    replay = settle_ties(recording, Replay(recording).run(batches), batches)
    print(f"ties within {Rectifier.TIE:g} of 0: {len(replay.rectifier.ties)}, of which taken on the other side: {len(replay.rectifier.other_side)}")
    print(f"log-loss: ours {recording.summary['logLoss']:.9f}, PyTorch {replay.log_loss(replay.logits):.9f}")
    values = compare(recording, replay)
    for name, value in values.items():
        print(f"{name} {value:.3g} {LIMITS[name]:g} {'ok' if within(name, value) else 'EXCEEDED'}")
    return 0 if all(within(name, value) for name, value in values.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
