using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>Which ids must lose their row. Derive from it to plug in a policy of your own.</summary>
public abstract class ExpiryPolicyOptions : IValidatedOptions
{
    /// <summary>
    /// The half-life that the policy's counts of occurrences decay by; null (the default) where it reads none, or they keep their weight.
    /// </summary>
    public virtual TimeSpan? FrequencyHalfLife => null;

    /// <summary>Creates the policy. Called after validation; later changes to these options do not reach it.</summary>
    public abstract ExpiryPolicy Create();

    /// <summary>Creates the policy for a table; the default needs to know nothing about it, and calls <see cref="Create()"/>.</summary>
    /// <param name="table">The table, to which these options were found to fit.</param>
    public virtual ExpiryPolicy Create(TableTraits table) => Create();

    /// <inheritdoc />
    public abstract void CollectErrors(OptionErrors errors);

    /// <summary>Adds one message for each thing that the policy needs and the table has not. The default needs nothing.</summary>
    /// <param name="errors">Receives the messages.</param>
    /// <param name="table">The table.</param>
    public virtual void CollectTableErrors(OptionErrors errors, TableTraits table)
    {
    }
}
