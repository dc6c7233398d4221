using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>How <see cref="MinOccurrences"/> counts: <see cref="ExactCounter"/> or <see cref="SketchCounter"/>.</summary>
public abstract class OccurrenceCounter : IValidatedOptions
{
    private protected OccurrenceCounter()
    {
    }

    /// <inheritdoc />
    public abstract void CollectErrors(OptionErrors errors);

    internal abstract bool Grows { get; }

    internal abstract long FixedBytes(int mostOccurrences);

    internal abstract OccurrenceCounts Create(int mostOccurrences, HalfLife halfLife, in AdmissionContext context);
}
