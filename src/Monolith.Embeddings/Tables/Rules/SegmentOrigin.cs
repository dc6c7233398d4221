namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Where a segment of a converted row comes from.</summary>
/// <param name="Segment">The segment of the source's row; negative where the segment begins as in a new row.</param>
/// <param name="WithState">Whether its optimizer state is taken too; else it begins as after an assignment.</param>
internal readonly record struct SegmentOrigin(int Segment, bool WithState)
{
    /// <summary>
    /// Of each weight of the segment, which one of the source's it is; negative where it begins as in a new row. Null where all are, in
    /// their order.
    /// </summary>
    public int[]? Elements { get; init; }

    /// <summary>Begins as in a new row.</summary>
    public static SegmentOrigin New => new(-1, false);

    public bool IsNew => Segment < 0;
}
