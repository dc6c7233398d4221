using Monolith.Embeddings.Features;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// The log-loss of the logistic function of logit plus offset, summed over rows and tasks (binary cross-entropy with logits, reduction
/// <c>sum</c>): that of the built-in models. Stateless; thread-safe.
/// </summary>
public sealed class LogisticLoss : TorchLoss
{
    /// <inheritdoc />
    public override Tensor Compute(TorchResult result, TorchTargets targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        var logits = result.Logits.dim() == 1 ? result.Logits.unsqueeze(1) : result.Logits;
        if (targets.HasOffsets) logits = logits + targets.LogitOffsets;
        return nn.functional.binary_cross_entropy_with_logits(logits, targets.Labels, targets.Weights, nn.Reduction.Sum);
    }

    /// <inheritdoc />
    public override bool SupportsCorrection(LabelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Correction is FeedbackCorrection.None or FeedbackCorrection.FakeNegativeCalibration;
    }
}
