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
    /// <returns>Whether all numbers are finite; so it is with all that follow.</returns>
    public static bool RunRows<TTerms, TSteps>(in AdamStep step, in TSteps steps, in SegmentRows rows)
        where TTerms : struct, IAdamTerms
        where TSteps : struct, IAdamSteps
    {
        if (!steps.AreKnown) return RunAnyLength<TTerms, TSteps>(in step, in steps, in rows);
        if (Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0) return AdamRule<TTerms>.RunWhole<Lane512,
            TSteps>(in step, in steps, in rows);
        if (Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0) return AdamRule<TTerms>.RunWhole<Lane256,
            TSteps>(in step, in steps, in rows);
        return RunAnyLength<TTerms, TSteps>(in step, in steps, in rows);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool RunAnyLength<TTerms, TSteps>(in AdamStep step, in TSteps steps, in SegmentRows rows)
        where TTerms : struct, IAdamTerms
        where TSteps : struct, IAdamSteps
    {
        var (n, isFinite) = (rows.Dimension, true);
        var count = AdamRule<TTerms>.States * n;
        for (var row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            steps.Keep(ref place.State[count], ref place.KeptState[count]);
            var own = steps.Count(ref place.State[count]);
            isFinite &= RunRow<TTerms>(in step, in own, place, n);
        }
        return isFinite;
    }

    /// <summary>One step of a row of any length: the widest lanes that the machine has first, then narrower ones for what remains.</summary>
    internal static bool RunRow<TTerms>(in AdamStep step, in AdamFactors own, RowPlace place, int n)
        where TTerms : struct, IAdamTerms
    {
        nint i = 0;
        var isFinite = true;
        if (Vector512.IsHardwareAccelerated) i = AdamRule<TTerms>.Run<Lane512>(in step, in own, place, n, i, ref isFinite);
        if (i == n) return isFinite;
        if (Vector256.IsHardwareAccelerated) i = AdamRule<TTerms>.Run<Lane256>(in step, in own, place, n, i, ref isFinite);
        if (Vector128.IsHardwareAccelerated) i = AdamRule<TTerms>.Run<Lane128>(in step, in own, place, n, i, ref isFinite);
        AdamRule<TTerms>.Run<ScalarLane>(in step, in own, place, n, i, ref isFinite);
        return isFinite;
    }
}
