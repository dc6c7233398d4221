namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>Rows of whole lanes.</summary>
internal readonly struct WholeLanes : IRowLength
{
    public static bool IsWhole => true;
}
