namespace Monolith.Embeddings.Admission;

/// <summary>Admits an id at the first occurrence at which any member says so.</summary>
/// <inheritdoc cref="CombinedOptions" path="/remarks"/>
public sealed class AnyOf : CombinedOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="members">The filters that decide together.</param>
    public AnyOf(params AdmissionOptions[] members)
        : base(members)
    {
    }

    /// <inheritdoc />
    public override AdmissionFilter Create(in AdmissionContext context) => Combine("any-of", needsAll: false, in context);
}
