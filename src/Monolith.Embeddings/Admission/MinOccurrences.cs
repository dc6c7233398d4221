using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>The N-th occurrence of an id creates its row; until then it reads zeros. Options of <see cref="OccurrenceFilter"/>.</summary>
public sealed class MinOccurrences : AdmissionOptions
{
    /// <summary>Creates the defaults.</summary>
    public MinOccurrences()
    {
    }

    /// <summary>Creates the options.</summary>
    /// <param name="occurrences">N, at least 0.</param>
    public MinOccurrences(int occurrences) => Occurrences = occurrences;

    /// <summary>N: at least 0; 0 and 1 admit at once. Default 1. Each occurrence in a batch counts.</summary>
    public int Occurrences { get; set; } = 1;

    /// <inheritdoc />
    public override AdmissionFilter Create() => new OccurrenceFilter(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors) => errors.InRange(nameof(Occurrences), Occurrences, 0, int.MaxValue);
}
