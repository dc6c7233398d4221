using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>Who may get a row. Derive from it to plug in a filter of your own.</summary>
public abstract class AdmissionOptions : IValidatedOptions
{
    /// <summary>
    /// Creates the filter of one stripe of a table; called once for each stripe, after validation. Later changes to these options do not
    /// reach it.
    /// </summary>
    public abstract AdmissionFilter Create();

    /// <inheritdoc />
    public abstract void CollectErrors(OptionErrors errors);
}
