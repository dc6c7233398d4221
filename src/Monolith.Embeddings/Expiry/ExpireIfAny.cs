using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row dies when one of several policies says so. Options of <see cref="AnyOfExpiry"/>.</summary>
public sealed class ExpireIfAny : JoinedExpiryOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="policies">The policies.</param>
    public ExpireIfAny(params IEnumerable<ExpiryOptions> policies)
        : base(policies)
    {
    }

    /// <inheritdoc />
    public override ExpiryPolicy Create() => Join(policy => policy.Create());

    /// <inheritdoc />
    public override ExpiryPolicy Create(TableTraits table) => Join(policy => policy.Create(table));

    private AnyOfExpiry Join(Func<ExpiryOptions, ExpiryPolicy> create)
    {
        OptionErrors.ThrowIfInvalid(this);
        return new AnyOfExpiry(Policies.Select(create));
    }
}
