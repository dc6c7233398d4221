using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>Several policies as one.</summary>
public abstract class JoinedExpiryOptions : ExpiryPolicyOptions
{
    private protected JoinedExpiryOptions(IEnumerable<ExpiryPolicyOptions> policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        Policies = [.. policies];
    }

    /// <summary>The policies, at least one. They may be joined ones themselves, up to 32 levels deep.</summary>
    public IList<ExpiryPolicyOptions> Policies { get; }

    /// <inheritdoc />
    public override TimeSpan? FrequencyHalfLife
    {
        get
        {
            using var level = NestedOptions.Enter(this);
            return Policies.Select(policy => policy?.FrequencyHalfLife).FirstOrDefault(time => time is not null);
        }
    }

    /// <inheritdoc />
    public override ExpiryPolicy Create() => Join(policy => policy.Create());

    /// <inheritdoc />
    public override ExpiryPolicy Create(TableTraits table) => Join(policy => policy.Create(table));

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.Require(Policies.Count > 0, nameof(Policies), "is empty; at least one policy is needed.");
        for (var i = 0; i < Policies.Count; i++) errors.Nested($"{nameof(Policies)}[{i}]", Policies[i]);
    }

    /// <inheritdoc />
    public override void CollectTableErrors(OptionErrors errors, TableTraits table)
    {
        using var level = NestedOptions.Enter(this);
        foreach (var policy in Policies) policy?.CollectTableErrors(errors, table);
    }

    private protected abstract ExpiryPolicy Join(IEnumerable<ExpiryPolicy> policies);

    private ExpiryPolicy Join(Func<ExpiryPolicyOptions, ExpiryPolicy> create)
    {
        OptionErrors.ThrowIfInvalid(this);
        return Join(Policies.Select(create));
    }
}
