namespace Monolith.Embeddings.Kernels.Segments;

/// <summary>Some places that stand side by side.</summary>
/// <param name="First">The first one.</param>
/// <param name="End">The one after the last.</param>
internal readonly record struct PlaceRange(int First, int End)
{
    public bool Contains(int place) => (uint)(place - First) < (uint)(End - First);
}
