using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>Rows of a caller's own: the rule alone.</summary>
internal readonly struct UnkeptRows : IKeeping
{
    public static bool Keeps
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }
}
