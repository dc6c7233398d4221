namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>Rows of any length.</summary>
internal readonly struct AnyLength : IRowLength
{
    public static bool IsWhole => false;
}
