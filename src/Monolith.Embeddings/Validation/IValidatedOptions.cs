namespace Monolith.Embeddings.Validation;

/// <summary>Options that can say everything that is wrong with them at once.</summary>
public interface IValidatedOptions
{
    /// <summary>Adds one message for each value that cannot be used. Changes nothing and never throws.</summary>
    /// <param name="errors">Receives the messages; its current path names these options.</param>
    void CollectErrors(OptionErrors errors);
}
