namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>How floats become 16-bit words: a format, and a way to round.</summary>
internal interface IHalfEncoder
{
    /// <summary>The words of this magnitude and above, without their sign, are infinity and NaN.</summary>
    static abstract uint Infinity { get; }

    /// <param name="floats">The floats.</param>
    /// <param name="counter">The place of each.</param>
    TLane Encode<TLane>(TLane floats, TLane counter)
        where TLane : unmanaged, IWordLane<TLane>;
}
