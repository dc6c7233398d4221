namespace Monolith.Embeddings.Admission;

/// <summary>The probability of <see cref="AdmitWithProbabilityOptions"/>, by the count c of an id in a batch and N.</summary>
public enum AdmissionChance
{
    /// <summary>
    /// P = min(1, c / N): an id that comes in batches together is favoured over one that comes singly; N at once are certain.
    /// </summary>
    Unequal,

    /// <summary>P = 1 - 0.05^(c / N): however N occurrences are spread over batches, they admit with probability 0.95.</summary>
    Equal,
}
