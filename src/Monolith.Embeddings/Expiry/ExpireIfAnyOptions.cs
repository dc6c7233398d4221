using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row dies when one of several policies says so. Options of <see cref="ExpireIfAny"/>.</summary>
public sealed class ExpireIfAnyOptions : JoinedExpiryOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="policies">The policies.</param>
    public ExpireIfAnyOptions(params IEnumerable<ExpiryPolicyOptions> policies)
        : base(policies)
    {
    }

    /// <inheritdoc />
    public override ExpiryPolicy Create() => Join(policy => policy.Create());

    /// <inheritdoc />
    public override ExpiryPolicy Create(TableTraits table) => Join(policy => policy.Create(table));

    private ExpireIfAny Join(Func<ExpiryPolicyOptions, ExpiryPolicy> create)
    {
        OptionErrors.ThrowIfInvalid(this);
        return new ExpireIfAny(Policies.Select(create));
    }
}
