using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>Several policies as one.</summary>
public abstract class JoinedExpiryOptions : ExpiryOptions
{
    private protected JoinedExpiryOptions(IEnumerable<ExpiryOptions> policies) => Policies = [.. policies];

    /// <summary>The policies, at least one.</summary>
    public IList<ExpiryOptions> Policies { get; }

    /// <inheritdoc />
    public override TimeSpan? FrequencyHalfLife => Policies.Select(policy => policy?.FrequencyHalfLife).FirstOrDefault(time => time is not null);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.Require(Policies.Count > 0, nameof(Policies), "is empty; at least one policy is needed.");
        for (var i = 0; i < Policies.Count; i++) errors.Nested($"{nameof(Policies)}[{i}]", Policies[i]);
    }

    /// <inheritdoc />
    public override void CollectTableErrors(OptionErrors errors, TableTraits table)
    {
        foreach (var policy in Policies) policy?.CollectTableErrors(errors, table);
    }
}
