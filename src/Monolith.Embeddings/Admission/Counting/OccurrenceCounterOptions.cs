using Monolith.Embeddings.Admission.Counting;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>How <see cref="MinOccurrencesOptions"/> counts: <see cref="ExactCounterOptions"/> or
/// <see cref="SketchCounterOptions"/>.</summary>
public abstract class OccurrenceCounterOptions : IValidatedOptions
{
    private protected OccurrenceCounterOptions()
    {
    }

    /// <inheritdoc />
    public abstract void CollectErrors(OptionErrors errors);

    internal abstract bool Grows { get; }

    internal abstract long FixedBytes(int mostOccurrences);

    internal abstract OccurrenceCounts Create(int mostOccurrences, HalfLife halfLife, in AdmissionContext context);
}
