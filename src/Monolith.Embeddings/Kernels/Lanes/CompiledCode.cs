using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Monolith.Embeddings.Kernels.Lanes;

/// <summary>What the program was compiled for.</summary>
internal static class CompiledCode
{
    /// <summary>
    /// Whether each fused multiply-add is a call of a function, though the processor may have an instruction for it: code for x64 that
    /// was compiled ahead of time for a set without it. A just-in-time compiler without it met a processor without it, or was told so.
    /// </summary>
    public static bool EmulatesFusedMultiplyAdd =>
        Emulates(!RuntimeFeature.IsDynamicCodeCompiled, RuntimeInformation.ProcessArchitecture, Fma.IsSupported);

    /// <inheritdoc cref="EmulatesFusedMultiplyAdd" />
    internal static bool Emulates(bool isAheadOfTime, Architecture architecture, bool hasInstruction) =>
        isAheadOfTime && architecture == Architecture.X64 && !hasInstruction;
}
