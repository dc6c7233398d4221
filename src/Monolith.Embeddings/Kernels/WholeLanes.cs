namespace Monolith.Embeddings.Kernels;

/// <summary>Rows of whole lanes.</summary>
internal readonly struct WholeLanes : IRowLength
{
    public static bool IsWhole => true;
}
