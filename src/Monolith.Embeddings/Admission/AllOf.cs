namespace Monolith.Embeddings.Admission;

/// <summary>Admits an id at the first occurrence at which all members say so.</summary>
/// <inheritdoc cref="CombinedOptions" path="/remarks"/>
public sealed class AllOf : CombinedOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="members">The filters that decide together.</param>
    public AllOf(params AdmissionOptions[] members)
        : base(members)
    {
    }

    /// <inheritdoc />
    public override AdmissionFilter Create(in AdmissionContext context) => Combine("all-of", needsAll: true, in context);
}
