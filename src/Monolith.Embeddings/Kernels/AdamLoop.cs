using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels;

/// <summary>Runs Adam and its variants over rows, with the lanes that these have.</summary>
/// <remarks>
/// What is made for a call is handed on by reference. A copy would be read by vectors out of the single floats that were just written, and the core lets such a read wait for
/// all that was begun before it, such as the divisions of the rows of the call before.
/// </remarks>
internal static unsafe class AdamLoop
{
    public static void RunRows<TTerms, TSteps>(in AdamStep step, in TSteps steps, in SegmentRows rows)
        where TTerms : struct, IAdamTerms
        where TSteps : struct, IAdamSteps
    {
        if (!steps.AreKnown) RunAnyLength<TTerms, TSteps>(in step, in steps, in rows);
        else if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0) AdamRule<TTerms>.RunWhole<Lane512, TSteps>(in step, in steps, in rows);
        else if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0) AdamRule<TTerms>.RunWhole<Lane256, TSteps>(in step, in steps, in rows);
        else RunAnyLength<TTerms, TSteps>(in step, in steps, in rows);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunAnyLength<TTerms, TSteps>(in AdamStep step, in TSteps steps, in SegmentRows rows)
        where TTerms : struct, IAdamTerms
        where TSteps : struct, IAdamSteps
    {
        var n = rows.Dimension;
        for (var row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            var own = steps.Count(ref place.State[AdamRule<TTerms>.States * n]);
            RunRow<TTerms>(in step, in own, place, n);
        }
    }

    /// <summary>One step of a row of any length: the widest lanes that the machine has first, then narrower ones for what remains.</summary>
    internal static void RunRow<TTerms>(in AdamStep step, in AdamFactors own, RowPlace place, int n)
        where TTerms : struct, IAdamTerms
    {
        nint i = 0;
        if (Vector512.IsHardwareAccelerated) i = AdamRule<TTerms>.Run<Lane512>(in step, in own, place, n, i);
        if (i == n) return;
        if (Vector256.IsHardwareAccelerated) i = AdamRule<TTerms>.Run<Lane256>(in step, in own, place, n, i);
        if (Vector128.IsHardwareAccelerated) i = AdamRule<TTerms>.Run<Lane128>(in step, in own, place, n, i);
        AdamRule<TTerms>.Run<ScalarLane>(in step, in own, place, n, i);
    }
}
