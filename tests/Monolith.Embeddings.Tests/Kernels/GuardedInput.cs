namespace Monolith.Embeddings.Tests.Kernels;

/// <summary>Floats that end at a guard page, and a copy of them for the scalar twin.</summary>
internal readonly ref struct GuardedInput(Span<float> guarded, float[] copy)
{
    public Span<float> Guarded { get; } = guarded;

    public float[] Copy { get; } = copy;

    public void Deconstruct(out Span<float> guarded, out float[] copy)
    {
        guarded = Guarded;
        copy = Copy;
    }
}
