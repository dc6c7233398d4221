namespace Monolith.Embeddings.Admission;

/// <summary>Admits an id at the first occurrence at which any member says so.</summary>
/// <inheritdoc cref="CombinedFilterOptions" path="/remarks"/>
public sealed class AnyOfOptions : CombinedFilterOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="members">The filters that decide together.</param>
    public AnyOfOptions(params AdmissionFilterOptions[] members)
        : base(members)
    {
    }

    /// <inheritdoc />
    public override AdmissionFilter Create(in AdmissionContext context) => Combine("any-of", needsAll: false, in context);
}
