using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>Runs Adam and its variants over rows, with the lanes that these have.</summary>
/// <remarks>
/// What is made for a call is handed on by reference. A copy would be read by vectors out of the single floats that were just written, and
/// the core lets such a read wait for all that was begun before it, such as the divisions of the rows of the call before.
/// </remarks>
internal static unsafe class AdamLoop
{
    /// <returns>Whether all numbers are finite; true where rows are not kept. So it is with all that follow.</returns>
    public static bool RunRows<TTerms, TSteps>(in AdamStep step, in TSteps steps, in SegmentRows rows)
        where TTerms : struct, IAdamTerms
        where TSteps : struct, IAdamSteps => rows.AreKept
            ? RunRows<TTerms, TSteps, KeptRows>(in step, in steps, in rows)
            : RunRows<TTerms, TSteps, UnkeptRows>(in step, in steps, in rows);

    private static bool RunRows<TTerms, TSteps, TKeeping>(in AdamStep step, in TSteps steps, in SegmentRows rows)
        where TTerms : struct, IAdamTerms
        where TSteps : struct, IAdamSteps
        where TKeeping : struct, IKeeping
    {
        if (steps.AreKnown && Vector512.IsHardwareAccelerated && rows.Dimension % Lane512.Width == 0)
            return AdamRule<TTerms>.RunWhole<Lane512, TSteps, TKeeping>(in step, in steps, in rows);
        if (steps.AreKnown && Vector256.IsHardwareAccelerated && rows.Dimension % Lane256.Width == 0)
            return AdamRule<TTerms>.RunWhole<Lane256, TSteps, TKeeping>(in step, in steps, in rows);
        return RunAnyLength<TTerms, TSteps, TKeeping>(in step, in steps, in rows);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool RunAnyLength<TTerms, TSteps, TKeeping>(in AdamStep step, in TSteps steps, in SegmentRows rows)
        where TTerms : struct, IAdamTerms
        where TSteps : struct, IAdamSteps
        where TKeeping : struct, IKeeping
    {
        var (n, isFinite) = (rows.Dimension, true);
        var count = AdamRule<TTerms>.States * n;
        for (var row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            var kept = TKeeping.Keeps ? rows.KeptAt(row) : default;
            if (TKeeping.Keeps) steps.Keep(ref place.State[count], ref kept.State[count]);
            var own = steps.Count(ref place.State[count]);
            isFinite &= RunRow<TTerms, TKeeping>(in step, in own, place, kept, n);
        }
        return isFinite;
    }

    /// <summary>
    /// One step of a row of any length: the widest lanes that the machine has first, then narrower ones for what remains.
    /// </summary>
    internal static bool RunRow<TTerms, TKeeping>(in AdamStep step, in AdamFactors own, RowPlace place, KeptPlace kept, int n)
        where TTerms : struct, IAdamTerms
        where TKeeping : struct, IKeeping
    {
        nint i = 0;
        var isFinite = true;
        if (Vector512.IsHardwareAccelerated) i = AdamRule<TTerms>.Run<Lane512, TKeeping>(in step, in own, place, kept, n, i, ref isFinite);
        if (i == n) return isFinite;
        if (Vector256.IsHardwareAccelerated) i = AdamRule<TTerms>.Run<Lane256, TKeeping>(in step, in own, place, kept, n, i, ref isFinite);
        if (Vector128.IsHardwareAccelerated) i = AdamRule<TTerms>.Run<Lane128, TKeeping>(in step, in own, place, kept, n, i, ref isFinite);
        AdamRule<TTerms>.Run<ScalarLane, TKeeping>(in step, in own, place, kept, n, i, ref isFinite);
        return isFinite;
    }
}
