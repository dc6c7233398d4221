namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// What a product does with vectors of one width. Unlike a lane, <typeparamref name="TVector"/> is the compiler's own type and no struct
/// around it: of twelve sums in such structs the compiler copies every one in each step, or, of 16 registers, spills it.
/// </summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal unsafe interface IVectors<TVector>
    where TVector : unmanaged
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Width { get; }

    static abstract TVector Broadcast(float value);

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* destination);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TVector FusedMultiplyAdd(TVector a, TVector b, TVector c);
}
