using Monolith.Embeddings.Validation;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// The loss of <see cref="SasRecModule"/>, summed over the positions of all sequences. Stateless; thread-safe.
/// </summary>
/// <remarks>
/// With s the score of the next item and n_j those of its negatives: by <see cref="SequenceLossKind.SampledSoftmax"/>
/// -ln(e^s / (e^s + sum of e^n_j)), by <see cref="SequenceLossKind.Logistic"/> -ln sigma(s) - sum of ln(1 - sigma(n_j)). A position weighs
/// what its row weighs; the example's item, behind the newest position, its label times that. So a row without a label teaches nothing, and
/// one whose label is 0 the steps of its sequence alone.
/// </remarks>
/// <param name="kind">Which. Default <see cref="SequenceLossKind.SampledSoftmax"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">There is no such loss.</exception>
public sealed class SasRecLoss(SequenceLossKind kind = SequenceLossKind.SampledSoftmax) : TorchLoss
{
    private readonly SequenceLossKind _kind = Enum.IsDefined(kind)
        ? kind
        : throw OutOfRange.Of(nameof(kind), (int)kind, $"{(int)kind} is no kind of loss.");

    /// <summary>Whether only the newest position is learned from, not those before it. Default false.</summary>
    /// <remarks>
    /// For a stream in which each event has the history before it as its sequence: the earlier positions were learned from when they were
    /// the newest.
    /// </remarks>
    public bool LearnsNewestOnly { get; init; }

    /// <inheritdoc />
    /// <exception cref="KeyNotFoundException">The module gives no scores for the loss.</exception>
    public override Tensor Compute(TorchResult result, TorchTargets targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        var positive = result.Part(SasRecModule.PositiveName);
        var negative = result.Part(SasRecModule.NegativeName);
        var losses = _kind == SequenceLossKind.SampledSoftmax
            ? cat([positive.unsqueeze(-1), negative], -1).logsumexp(-1) - positive
            : nn.functional.softplus(-positive) + nn.functional.softplus(negative).sum(-1);
        return (losses * Weights(result, targets)).sum();
    }

    private Tensor Weights(TorchResult result, TorchTargets targets)
    {
        var (next, newest) = (result.Part(SasRecModule.NextName), result.Part(SasRecModule.NewestName));
        var (weights, labels) = (targets.Weights.narrow(1, 0, 1), targets.Labels.narrow(1, 0, 1));
        var ofSteps = LearnsNewestOnly ? zeros_like(weights) : weights;
        return where(newest, weights * labels, ofSteps) * next;
    }
}
