using Monolith.Embeddings.Admission.Counting;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>Counts every id that has no row, exactly; 16 bytes each in a map that is about 0.8 full, so about 20.</summary>
public sealed class ExactCounterOptions : OccurrenceCounterOptions
{
    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
    }

    /// <summary>The options, for messages.</summary>
    public override string ToString() => "ExactCounter";

    internal override bool Grows => true;

    internal override long FixedBytes(int mostOccurrences) => 0;

    internal override OccurrenceCounts Create(int mostOccurrences, HalfLife halfLife, in AdmissionContext context) =>
        new ExactCounts(halfLife, in context);
}
