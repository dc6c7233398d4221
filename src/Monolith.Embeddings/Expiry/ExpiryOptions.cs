using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>Who must lose its row. Derive from it to plug in a policy of your own.</summary>
public abstract class ExpiryOptions : IValidatedOptions
{
    /// <summary>Creates the policy. Called after validation; later changes to these options do not reach it.</summary>
    public abstract ExpiryPolicy Create();

    /// <inheritdoc />
    public abstract void CollectErrors(OptionErrors errors);
}
