namespace Monolith.Embeddings.Rows;

/// <summary>
/// The bytes of a row: a header of 16 (key 8, last update 4, stamp 4), then the weights of all segments, then their states, then, where
/// they are asked for, frequency 4 and admission time 4. Weights stand together so that a lookup is one copy.
/// </summary>
internal sealed class RowLayout
{
    public const int KeyOffset = 0;
    public const int LastUpdateOffset = 8;
    public const int StampOffset = 12;
    public const int HeaderBytes = 16;

    /// <param name="segments">Each segment's dimension and length of state, in floats.</param>
    /// <param name="hasFrequency">Whether rows count their occurrences.</param>
    /// <param name="hasAdmissionTime">Whether rows know when they were created.</param>
    public RowLayout(IReadOnlyList<(int Dimension, int StateLength)> segments, bool hasFrequency = false, bool hasAdmissionTime = false)
    {
        Dimension = segments.Sum(s => s.Dimension);
        var (weight, state) = (0, Dimension);
        var placed = new RowSegment[segments.Count];
        for (var i = 0; i < placed.Length; i++)
        {
            placed[i] = new RowSegment(weight, segments[i].Dimension, state, segments[i].StateLength);
            weight += segments[i].Dimension;
            state += segments[i].StateLength;
        }
        Segments = placed;
        FloatCount = state;
        var end = HeaderBytes + FloatCount * sizeof(float);
        if (hasFrequency) (FrequencyOffset, end) = (end, end + sizeof(uint));
        if (hasAdmissionTime) (AdmissionTimeOffset, end) = (end, end + sizeof(uint));
        RowBytes = (end + 7) & ~7;
    }

    public RowSegment[] Segments { get; }

    /// <summary>How many weights a row has.</summary>
    public int Dimension { get; }

    /// <summary>How many floats a row has, weights and states.</summary>
    public int FloatCount { get; }

    /// <summary>Where the count of occurrences stands, in bytes; 0 where there is none.</summary>
    public int FrequencyOffset { get; }

    /// <summary>Where the time of the row's creation stands, in bytes; 0 where there is none.</summary>
    public int AdmissionTimeOffset { get; }

    /// <summary>The distance of two rows; a multiple of 8, so that keys are aligned.</summary>
    public int RowBytes { get; }
}
