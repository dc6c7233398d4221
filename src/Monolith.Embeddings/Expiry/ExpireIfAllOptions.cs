using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row dies when all of several policies say so. Options of <see cref="ExpireIfAll"/>.</summary>
public sealed class ExpireIfAllOptions : JoinedExpiryOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="policies">The policies.</param>
    public ExpireIfAllOptions(params IEnumerable<ExpiryPolicyOptions> policies)
        : base(policies)
    {
    }

    /// <inheritdoc />
    public override ExpiryPolicy Create() => Join(policy => policy.Create());

    /// <inheritdoc />
    public override ExpiryPolicy Create(TableTraits table) => Join(policy => policy.Create(table));

    private ExpireIfAll Join(Func<ExpiryPolicyOptions, ExpiryPolicy> create)
    {
        OptionErrors.ThrowIfInvalid(this);
        return new ExpireIfAll(Policies.Select(create));
    }
}
