using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>Who goes when a table is full. Derive from it to plug in a policy of your own.</summary>
public abstract class EvictionOptions : IValidatedOptions
{
    /// <summary>Whether the policy reads <see cref="RowMetadata.Frequency"/>, which a table keeps only if told to. Default false.</summary>
    public virtual bool NeedsFrequency => false;

    /// <summary>Whether the policy reads <see cref="RowMetadata.AdmittedAt"/>, which a table keeps only if told to. Default false.</summary>
    public virtual bool NeedsAdmissionTime => false;

    /// <summary>Creates the policy. Called after validation; later changes to these options do not reach it.</summary>
    public abstract EvictionPolicy Create();

    /// <inheritdoc />
    public virtual void CollectErrors(OptionErrors errors)
    {
    }
}
