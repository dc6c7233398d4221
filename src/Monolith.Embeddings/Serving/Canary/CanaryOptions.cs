using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>How a <see cref="CanaryPair"/> divides requests.</summary>
public sealed class CanaryOptions : IValidatedOptions
{
    /// <summary>The share of the keys whose requests the canary answers at first: 0 to 1. Default 0.</summary>
    public double Share { get; set; }

    /// <summary>
    /// Decides which keys these are. The same in all processes, so that a user finds the same arm in each; another for the next trial, or
    /// the same users are tried on again. Default 0.
    /// </summary>
    public ulong Seed { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Share is >= 0 and <= 1, nameof(Share), $"{Share:R} is not between 0 and 1.");
    }
}
