using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>Rows of a table: each is kept before its step, and what is stored is looked at.</summary>
internal readonly struct KeptRows : IKeeping
{
    public static bool Keeps
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }
}
