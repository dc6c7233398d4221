using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>What every initializer's options have in common. Derive from it to plug in an initializer of your own.</summary>
public abstract class InitializerOptions : IValidatedOptions
{
    /// <summary>Creates the initializer. Called after validation; later changes to these options do not reach it.</summary>
    public abstract Initializer Create();

    /// <inheritdoc />
    public abstract void CollectErrors(OptionErrors errors);
}
