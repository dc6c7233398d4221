using System.Buffers;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Room for a gradient that is changed before its rule: on the caller's stack, or for a large matrix a pooled array.</summary>
internal readonly ref struct GradientScratch
{
    /// <summary>The size of the caller's stack buffer, 16 KB: one row of the largest segment, or a whole block of rows of 256.</summary>
    public const int StackFloats = 4096;

    private readonly float[]? _pooled;

    /// <param name="stack">What the caller has on its stack.</param>
    /// <param name="length">How many floats are needed.</param>
    public GradientScratch(Span<float> stack, int length)
    {
        _pooled = length > stack.Length ? ArrayPool<float>.Shared.Rent(length) : null;
        Floats = (_pooled is null ? stack : _pooled)[..length];
    }

    /// <summary>Holds anything at first.</summary>
    public Span<float> Floats { get; }

    public void Dispose()
    {
        if (_pooled is not null) ArrayPool<float>.Shared.Return(_pooled);
    }
}
