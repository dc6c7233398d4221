namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>
/// Whether a loop keeps rows as they were and looks whether what it stores is finite. A type, so that the compiler makes a loop of each.
/// </summary>
internal interface IKeeping
{
    static abstract bool Keeps { get; }
}
