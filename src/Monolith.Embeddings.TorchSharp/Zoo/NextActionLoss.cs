using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// The loss of <see cref="TransActV2Module"/>: log-loss of all tasks, and a share of the next action's: a softmax over the item that came
/// next and those that were shown. Stateless; thread-safe.
/// </summary>
/// <remarks>
/// log-loss + weight * the sum over tokens of -ln(e^(u_t . p_(t+1)) / (e^(u_t . p_(t+1)) + sum over n of e^(u_t . n))), over the tokens
/// behind which a positive comes; a negative that is that item is left out. Each is multiplied by what its row weighs.
/// </remarks>
public sealed class NextActionLoss : TorchLoss
{
    private readonly LogisticLoss _tasks = new();
    private readonly double _weight;

    /// <summary>Creates a loss.</summary>
    /// <param name="weight">What the next action's loss is multiplied by, at least 0. Default 0.01.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not a finite number of at least 0.</exception>
    public NextActionLoss(double weight = 0.01)
    {
        Widths.RequireNotNegative(weight);
        _weight = weight;
    }

    /// <inheritdoc />
    /// <exception cref="KeyNotFoundException">The module gives no scores of the next action: it has no impressions.</exception>
    public override Tensor Compute(TorchResult result, TorchTargets targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        var positive = result.Part(TransActV2Module.PositiveName);
        var scores = cat([positive.unsqueeze(-1), result.Part(TransActV2Module.NegativeName)], -1);
        var losses = (scores.logsumexp(-1) - positive) * result.Part(TransActV2Module.NextName);
        return _tasks.Compute(result, targets) + (losses.sum(1) * targets.RowWeights).sum().Times(_weight);
    }

    /// <inheritdoc />
    public override bool SupportsCorrection(LabelTask task) => _tasks.SupportsCorrection(task);
}
