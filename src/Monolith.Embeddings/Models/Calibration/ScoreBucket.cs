namespace Monolith.Embeddings.Models.Calibration;

/// <summary>Examples whose logits are near one another.</summary>
internal struct ScoreBucket
{
    /// <summary>The weights of positives and of negatives, as without offsets.</summary>
    public double Positives, Negatives;

    /// <summary>The sum of logits, each with its weights.</summary>
    public double Logits;

    /// <summary>All weights.</summary>
    public readonly double Weight => Positives + Negatives;

    /// <summary>Takes the examples of another one in.</summary>
    public void Add(in ScoreBucket other) => (Positives, Negatives, Logits) =
        (Positives + other.Positives, Negatives + other.Negatives, Logits + other.Logits);

    /// <summary>Makes all count less.</summary>
    public void Decay(double factor) => (Positives, Negatives, Logits) = (factor * Positives, factor * Negatives, factor * Logits);
}
