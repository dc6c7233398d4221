using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>How much a <see cref="ShadowPredictor"/> takes on.</summary>
public sealed class ShadowOptions : IValidatedOptions
{
    /// <summary>
    /// How many requests may wait to be scored, or be scored, at once: 1 to 100,000. Default 64. What comes beyond is dropped.
    /// </summary>
    public int QueueRequests { get; set; } = 64;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(QueueRequests), QueueRequests, 1, 100_000);
    }
}
