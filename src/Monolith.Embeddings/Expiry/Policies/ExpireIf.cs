using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row is expired when a predicate says so. As thread-safe as the predicate.</summary>
public sealed class ExpireIf : ExpiryPolicy
{
    private readonly RowPredicate _predicate;

    /// <summary>Creates the policy.</summary>
    /// <param name="options">Its options.</param>
    public ExpireIf(ExpireIfOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_predicate, Name, ReadsWeights) = (options.Predicate, options.Name, options.ReadsWeights);
    }

    /// <inheritdoc />
    public override string Name { get; }

    /// <inheritdoc />
    public override bool ReadsWeights { get; }

    /// <inheritdoc />
    public override bool IsExpired(in RowMetadata row, in ExpiryTime now) => _predicate(in row, in now);
}
