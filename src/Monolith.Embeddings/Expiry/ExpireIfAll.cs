using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row dies when all of several policies say so. Options of <see cref="AllOfExpiry"/>.</summary>
public sealed class ExpireIfAll : JoinedExpiryOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="policies">The policies.</param>
    public ExpireIfAll(params IEnumerable<ExpiryOptions> policies)
        : base(policies)
    {
    }

    /// <inheritdoc />
    public override ExpiryPolicy Create() => Join(policy => policy.Create());

    /// <inheritdoc />
    public override ExpiryPolicy Create(TableTraits table) => Join(policy => policy.Create(table));

    private AllOfExpiry Join(Func<ExpiryOptions, ExpiryPolicy> create)
    {
        OptionErrors.ThrowIfInvalid(this);
        return new AllOfExpiry(Policies.Select(create));
    }
}
