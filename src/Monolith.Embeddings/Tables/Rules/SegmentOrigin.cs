namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Where a segment of a converted row comes from.</summary>
/// <param name="Segment">The segment of the source's row; negative where the segment begins as in a new row.</param>
/// <param name="WithState">Whether its optimizer state is taken too; else it begins as after an assignment.</param>
internal readonly record struct SegmentOrigin(int Segment, bool WithState)
{
    /// <summary>Begins as in a new row.</summary>
    public static SegmentOrigin New => new(-1, false);

    public bool IsNew => Segment < 0;
}
