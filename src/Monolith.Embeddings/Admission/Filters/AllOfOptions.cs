namespace Monolith.Embeddings.Admission;

/// <summary>Admits an id at the first occurrence at which all members say so.</summary>
/// <inheritdoc cref="CombinedFilterOptions" path="/remarks"/>
public sealed class AllOfOptions : CombinedFilterOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="members">The filters that decide together.</param>
    public AllOfOptions(params AdmissionFilterOptions[] members)
        : base(members)
    {
    }

    /// <inheritdoc />
    public override AdmissionFilter Create(in AdmissionContext context) => Combine("all-of", needsAll: true, in context);
}
