using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>
/// Adam and its variants over rows: m and v are averaged, and w goes by their quotient (<see cref="AdamLanes{TTerms, TLane}"/>). State: m,
/// v and, where it is kept, the largest v, one float a weight each; then t.
/// </summary>
/// <remarks>Lengths are of an address's type: to widen them for each row takes as long as to use them.</remarks>
internal static unsafe class AdamRule<TTerms>
    where TTerms : struct, IAdamTerms
{
    /// <summary>How many floats of state a weight has.</summary>
    public static int States
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TTerms.KeepLargest ? 3 : 2;
    }

    /// <summary>One step of the whole lanes of a row from <paramref name="i"/> on; returns where it stopped.</summary>
    /// <param name="step">The constants of all rows.</param>
    /// <param name="own">Those of this row.</param>
    /// <param name="place">The row.</param>
    /// <param name="kept">Where it is kept.</param>
    /// <param name="n">How many weights it has.</param>
    /// <param name="i">The first weight.</param>
    /// <param name="isFinite">Becomes false where a number that was stored is not finite.</param>
    public static nint Run<TLane, TKeeping>(
        in AdamStep step, in AdamFactors own, RowPlace place, KeptPlace kept, nint n, nint i, ref bool isFinite)
        where TLane : unmanaged, ILane<TLane>
        where TKeeping : struct, IKeeping
    {
        TLane weightDecay = TLane.Broadcast(step.WeightDecay), shrinkage = TLane.Broadcast(step.Shrinkage);
        TLane share1 = TLane.Broadcast(step.OneMinusBeta1), share2 = TLane.Broadcast(step.OneMinusBeta2);
        TLane meanFactor = TLane.Broadcast(own.Mean), gradientFactor = TLane.Broadcast(own.Gradient),
            epsilon = TLane.Broadcast(own.Epsilon);
        var check = TLane.Broadcast(0);
        for (; i + TLane.Width <= n; i += TLane.Width)
            AdamLanes<TTerms, TLane>.Step<TKeeping>(
                place, kept, n, i, weightDecay, shrinkage, share1, share2, meanFactor, gradientFactor, epsilon, ref check);
        isFinite &= TLane.IsZero(check);
        return i;
    }

    /// <summary>One step of each row, of whole lanes: the constants of all rows stay in registers.</summary>
    /// <param name="step">The constants of all rows.</param>
    /// <param name="steps">Whose corrections are all known.</param>
    /// <param name="rows">The rows.</param>
    /// <returns>Whether all numbers are finite; true where rows are not kept.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool RunWhole<TLane, TSteps, TKeeping>(in AdamStep step, in TSteps steps, in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TSteps : struct, IAdamSteps
        where TKeeping : struct, IKeeping
    {
        TLane weightDecay = TLane.Broadcast(step.WeightDecay), shrinkage = TLane.Broadcast(step.Shrinkage);
        TLane share1 = TLane.Broadcast(step.OneMinusBeta1), share2 = TLane.Broadcast(step.OneMinusBeta2);
        nint n = rows.Dimension;
        var count = States * n;
        var check = TLane.Broadcast(0);
        for (nint row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            var kept = TKeeping.Keeps ? rows.KeptAt(row) : default;
            if (TKeeping.Keeps) steps.Keep(ref place.State[count], ref kept.State[count]);
            var own = steps.CountKnown<TTerms>(ref place.State[count]);
            TLane meanFactor = TLane.Broadcast(own.Mean), gradientFactor = TLane.Broadcast(own.Gradient),
                epsilon = TLane.Broadcast(own.Epsilon);
            for (nint i = 0; i < n; i += TLane.Width)
                AdamLanes<TTerms, TLane>.Step<TKeeping>(
                    place, kept, n, i, weightDecay, shrinkage, share1, share2, meanFactor, gradientFactor, epsilon, ref check);
        }
        return TLane.IsZero(check);
    }
}
