using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Rules;

namespace Monolith.Embeddings.Optimizers.Rules;

/// <summary>Counts the steps of rows for Adam, and makes what depends on their number.</summary>
/// <param name="mean">1 / (1 - b1^t).</param>
/// <param name="root">sqrt(1 - b2^t).</param>
/// <param name="rate">The learning rate.</param>
/// <param name="beta1">b1.</param>
/// <param name="epsilon">eps.</param>
/// <param name="nesterov">Whether the mean looks a step ahead.</param>
/// <param name="schedule">How the momentum of the look-ahead grows; null where it stays b1.</param>
internal readonly struct AdamSteps(
    BiasCorrection mean, BiasCorrection root, float rate, float beta1, float epsilon, bool nesterov, MomentumSchedule? schedule)
        : IAdamSteps
{
    public bool AreKnown => mean.IsKnown && root.IsKnown && (schedule is null || schedule.IsKnown);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(ref float count, ref float kept) => kept = count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public AdamFactors Count(ref float count)
    {
        // A float counts exactly to 2^24 and stays there; for a b2 of up to 0.999999 both corrections are 1 by then.
        var t = float.ConvertToIntegerNative<int>(++count);
        if (schedule is not null) return Scheduled(root.At(t), schedule.AtStep(t));
        return nesterov ? LookingAhead(root.At(t), mean.At(t), mean.At(t + 1)) : Plain(root.At(t), mean.At(t));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public AdamFactors CountKnown<TTerms>(ref float count)
        where TTerms : struct, IAdamTerms
    {
        var t = float.ConvertToIntegerNative<int>(++count);
        if (TTerms.AreAll && schedule is not null) return Scheduled(root.KnownAt(t), schedule.KnownAt(t));
        return TTerms.AreAll && nesterov
            ? LookingAhead(root.KnownAt(t), mean.KnownAt(t), mean.KnownAt(t + 1))
            : Plain(root.KnownAt(t), mean.KnownAt(t));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private AdamFactors Plain(float scale, float now) => new(rate * scale * now, 0, epsilon * scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private AdamFactors LookingAhead(float scale, float now, float next) =>
        new(rate * scale * (beta1 * next), rate * scale * ((1 - beta1) * now), epsilon * scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private AdamFactors Scheduled(float scale, (float Mean, float Gradient) factors) =>
        new(rate * scale * factors.Mean, rate * scale * factors.Gradient, epsilon * scale);
}
