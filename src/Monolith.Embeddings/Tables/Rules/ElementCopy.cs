namespace Monolith.Embeddings.Tables.Rules;

/// <summary>Copies numbers of a segment whose weights have other places in another table.</summary>
internal static class ElementCopy
{
    /// <summary>Copies the weights that come from somewhere; the others stay.</summary>
    /// <param name="from">The source's weights.</param>
    /// <param name="elements">See <see cref="SegmentOrigin.Elements"/>.</param>
    /// <param name="to">The weights.</param>
    public static void Take(ReadOnlySpan<float> from, ReadOnlySpan<int> elements, Span<float> to)
    {
        for (var i = 0; i < elements.Length; i++)
        {
            if (elements[i] >= 0) to[i] = from[elements[i]];
        }
    }

    /// <summary>Copies the state of those weights, and the state that belongs to all.</summary>
    /// <param name="from">The source's state.</param>
    /// <param name="dimension">How many weights the source has.</param>
    /// <param name="elements">See <see cref="SegmentOrigin.Elements"/>.</param>
    /// <param name="statesPerWeight">How many numbers of state a weight has; what stands behind them belongs to all.</param>
    /// <param name="to">The state, as of a new row.</param>
    public static void TakeState(
        ReadOnlySpan<float> from, int dimension, ReadOnlySpan<int> elements, int statesPerWeight, Span<float> to)
    {
        for (var p = 0; p < statesPerWeight; p++)
            Take(from.Slice(p * dimension, dimension), elements, to.Slice(p * elements.Length, elements.Length));
        from[(statesPerWeight * dimension)..].CopyTo(to[(statesPerWeight * elements.Length)..]);
    }
}
