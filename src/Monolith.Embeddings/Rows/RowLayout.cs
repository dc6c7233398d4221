namespace Monolith.Embeddings.Rows;

/// <summary>
/// The bytes of a row: a header of 16 (key 8, last update 4, stamp 4), then the weights of all segments, then their states, then, where
/// they are asked for, frequency 4 and admission time 4. Weights stand together so that a lookup is one copy. Numbers of 16 bits are
/// packed, and what follows begins at a multiple of 4 bytes.
/// </summary>
internal sealed class RowLayout
{
    public const int KeyOffset = 0;
    public const int LastUpdateOffset = 8;
    public const int StampOffset = 12;
    public const int HeaderBytes = 16;

    /// <param name="segments">Each segment's dimension and length of state, in floats, all stored as floats.</param>
    /// <param name="hasFrequency">Whether rows count their occurrences.</param>
    /// <param name="hasAdmissionTime">Whether rows know when they were created.</param>
    public RowLayout(IReadOnlyList<(int Dimension, int StateLength)> segments, bool hasFrequency = false, bool hasAdmissionTime = false)
        : this([.. segments.Select(s => new RowSegmentShape(s.Dimension, s.StateLength))], hasFrequency, hasAdmissionTime)
    {
    }

    /// <param name="segments">What each segment needs.</param>
    /// <param name="hasFrequency">Whether rows count their occurrences.</param>
    /// <param name="hasAdmissionTime">Whether rows know when they were created.</param>
    public RowLayout(RowSegmentShape[] segments, bool hasFrequency = false, bool hasAdmissionTime = false)
    {
        Dimension = segments.Sum(s => s.Dimension);
        Segments = PlaceFloats(segments, Dimension);
        FloatCount = Dimension + segments.Sum(s => s.StateLength);
        var parts = new RowParts();
        foreach (var segment in segments) parts.Add(segment.Dimension, segment.Precision);
        (WeightParts, WeightBytes) = (parts.Take(), parts.End - HeaderBytes);
        foreach (var segment in segments)
        {
            parts.Add(segment.StateLength - segment.ExactStateLength, segment.StatePrecision);
            parts.Add(segment.ExactStateLength, RowPrecision.Float32);
        }
        StateParts = parts.Take();
        var end = NumbersEnd = parts.End;
        if (hasFrequency) (FrequencyOffset, end) = (end, end + sizeof(uint));
        if (hasAdmissionTime) (AdmissionTimeOffset, end) = (end, end + sizeof(uint));
        End = end;
        RowBytes = (end + 7) & ~7;
        HasPlainWeights = WeightParts.All(part => part.Precision == RowPrecision.Float32);
        RowPart[] all = [.. WeightParts, .. StateParts];
        FloatParts = [.. all.Where(part => part.Precision == RowPrecision.Float32)];
        HalfParts = [.. all.Where(part => part.Precision != RowPrecision.Float32)];
        IsPlain = HasPlainWeights && StateParts.All(part => part.Precision == RowPrecision.Float32);
    }

    /// <summary>Where rules find each segment, in a row whose numbers are all floats.</summary>
    public RowSegment[] Segments { get; }

    /// <summary>Where the weights are stored.</summary>
    public RowPart[] WeightParts { get; }

    /// <summary>Where the states are stored.</summary>
    public RowPart[] StateParts { get; }

    /// <summary>The parts of both that are stored as floats.</summary>
    public RowPart[] FloatParts { get; }

    /// <summary>The parts of both that are stored in 16 bits.</summary>
    public RowPart[] HalfParts { get; }

    /// <summary>Whether all numbers are stored as floats, so that rules work on the row in its place.</summary>
    public bool IsPlain { get; }

    /// <summary>Whether all weights are stored as floats.</summary>
    public bool HasPlainWeights { get; }

    /// <summary>How many weights a row has.</summary>
    public int Dimension { get; }

    /// <summary>How many floats a row has for rules, weights and states.</summary>
    public int FloatCount { get; }

    /// <summary>The bytes of all weights.</summary>
    public int WeightBytes { get; }

    /// <summary>The first byte behind header, weights and states.</summary>
    public int NumbersEnd { get; }

    /// <summary>The first byte behind all that a row holds.</summary>
    public int End { get; }

    /// <summary>Where the count of occurrences stands, in bytes; 0 where there is none.</summary>
    public int FrequencyOffset { get; }

    /// <summary>Where the time of the row's creation stands, in bytes; 0 where there is none.</summary>
    public int AdmissionTimeOffset { get; }

    /// <summary>The distance of two rows; a multiple of 8, so that keys are aligned.</summary>
    public int RowBytes { get; }

    private static RowSegment[] PlaceFloats(RowSegmentShape[] segments, int dimension)
    {
        var (weight, state) = (0, dimension);
        var placed = new RowSegment[segments.Length];
        for (var i = 0; i < placed.Length; i++)
        {
            placed[i] = new RowSegment(weight, segments[i].Dimension, state, segments[i].StateLength);
            weight += segments[i].Dimension;
            state += segments[i].StateLength;
        }
        return placed;
    }
}
