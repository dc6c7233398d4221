using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>
/// A row is expired when the Euclidean norm of its weights, or of some of them, is below a bound. A row whose first weights are that small
/// dies at the first pass that finds it so: give rows time to learn by joining this with a time to live, see
/// <see cref="ExpireIfAllOptions"/>. Immutable; thread-safe.
/// </summary>
public sealed class LowNorm : ExpiryPolicy
{
    private readonly double _square;
    private readonly Range _weights;

    /// <summary>Creates the policy.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="weights">Which of the row's weights count.</param>
    public LowNorm(LowNormOptions options, Range weights)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_square, _weights) = (options.Bound * options.Bound, weights);
    }

    /// <inheritdoc />
    public override string Name => "low-norm";

    /// <inheritdoc />
    public override bool ReadsWeights => true;

    // In doubles, in the order of the weights: the same bits on every machine, and no square is too large.
    /// <inheritdoc />
    public override bool IsExpired(in RowMetadata row, in ExpiryTime now)
    {
        var sum = 0.0;
        foreach (var weight in row.Weights[_weights]) sum += (double)weight * weight;
        return sum < _square;
    }
}
