namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>A 16-bit format of numbers: how its words, in the low halves of lanes, are made of floats and become floats again.</summary>
internal interface IHalfFormat
{
    /// <summary>The words of this magnitude and above, without their sign, are infinity and NaN.</summary>
    static abstract uint Infinity { get; }

    /// <summary>The float of each word; always exact.</summary>
    static abstract TLane Decode<TLane>(TLane words)
        where TLane : unmanaged, IWordLane<TLane>;

    /// <summary>The word nearest to each float, the even one of two that are equally near.</summary>
    static abstract TLane EncodeNearest<TLane>(TLane floats)
        where TLane : unmanaged, IWordLane<TLane>;

    /// <summary>
    /// One of the two words around each float: the one of larger magnitude with a probability that is the part of the way to it. A float
    /// that has a word of its own becomes that word.
    /// </summary>
    /// <param name="floats">The floats.</param>
    /// <param name="random">32 random bits for each.</param>
    static abstract TLane EncodeStochastic<TLane>(TLane floats, TLane random)
        where TLane : unmanaged, IWordLane<TLane>;
}
