namespace Monolith.Embeddings.Models;

/// <summary>
/// What the caller of <see cref="OnlineModel.Train"/> wants to know while a model learns. Made once, used for every batch.
/// </summary>
public sealed class TrainingCallbacks
{
    /// <summary>Called between predicting and learning; null for none.</summary>
    public Action? ForwardDone { get; init; }

    /// <summary>
    /// Given the sum of the squares of the dense weights' gradients, says what to multiply these by; see <see
    /// cref="TrainContext.ScaleOf"/>. Null where nothing is clipped.
    /// </summary>
    public Func<double, double>? ScaleOf { get; init; }
}
