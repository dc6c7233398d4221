namespace Monolith.Embeddings.Serving.Live;

/// <summary>Which dense weights a live predictor has. Immutable.</summary>
/// <param name="Version">The version of the trainer's model.</param>
/// <param name="Step">How many batches the trainer had learned from.</param>
/// <param name="Taken">When they were copied, or last found to be the trainer's.</param>
internal sealed record LiveCopy(long Version, long Step, DateTimeOffset Taken)
{
    /// <summary>None yet.</summary>
    public static LiveCopy None { get; } = new(-1, 0, DateTimeOffset.UnixEpoch);
}
