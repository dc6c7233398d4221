namespace Monolith.Embeddings.Rows;

/// <summary>
/// The bytes of a row: a header of 16 (key 8, last update 4, unused 4), then the weights of all segments, then their states. Weights
/// stand together so that a lookup is one copy.
/// </summary>
internal sealed class RowLayout
{
    public const int KeyOffset = 0;
    public const int LastUpdateOffset = 8;
    public const int HeaderBytes = 16;

    /// <param name="segments">Each segment's dimension and length of state, in floats.</param>
    public RowLayout(IReadOnlyList<(int Dimension, int StateLength)> segments)
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
        RowBytes = (HeaderBytes + FloatCount * sizeof(float) + 7) & ~7;
    }

    public RowSegment[] Segments { get; }

    /// <summary>How many weights a row has.</summary>
    public int Dimension { get; }

    /// <summary>How many floats a row has, weights and states.</summary>
    public int FloatCount { get; }

    /// <summary>The distance of two rows; a multiple of 8, so that keys are aligned.</summary>
    public int RowBytes { get; }
}
