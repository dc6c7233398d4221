using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Optimizers.Rules;

/// <summary>
/// The momentum of Nadam that grows with a row's steps (Dozat 2016): mu(t) = b1 (1 - 0.5 * 0.96^(psi t)), and P(t) = mu(1) ... mu(t). What
/// a step needs of them is made once, up to the t from which it no longer changes, or where there are too many t, up to one at which P is 0
/// to a float. Immutable; thread-safe.
/// </summary>
internal sealed class MomentumSchedule
{
    /// <summary>The largest b1 for which P is 0 to a float beyond all that is made.</summary>
    public const float LargestBeta1 = 0.999f;

    private const int MostKnown = 32_768;
    private readonly double _beta1, _base;
    private readonly float[] _ahead, _share;

    /// <param name="beta1">At least 0, at most <see cref="LargestBeta1"/>.</param>
    /// <param name="decay">psi, greater than 0.</param>
    public MomentumSchedule(float beta1, float decay)
    {
        (_beta1, _base) = (beta1, ExactMath.Power(0.96, (double)decay));
        List<float> ahead = [0], share = [0];
        var (product, isSettled) = (1.0, false);
        for (var t = 1; t < MostKnown && !isSettled; t++)
        {
            product *= At(t);
            ahead.Add((float)(At(t + 1) / (1 - product * At(t + 1))));
            share.Add((float)((1 - At(t)) / (1 - product)));
            isSettled = ahead[t] == beta1 && share[t] == (float)(1 - _beta1);
        }
        (_ahead, _share, IsKnown) = ([.. ahead], [.. share], isSettled);
    }

    /// <summary>Whether what a step needs is known for every t.</summary>
    public bool IsKnown { get; }

    /// <summary>
    /// What m is multiplied by, mu(t + 1) / (1 - P(t + 1)), and what g' is, (1 - mu(t)) / (1 - P(t)), where all are known.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (float Mean, float Gradient) KnownAt(int t)
    {
        var place = Math.Min(t, _ahead.Length - 1);
        return (_ahead[place], _share[place]);
    }

    /// <inheritdoc cref="KnownAt" />
    public (float Mean, float Gradient) AtStep(int t) =>
        IsKnown || t < _ahead.Length ? KnownAt(t) : ((float)At(t + 1), (float)(1 - At(t)));

    private double At(long t) => _beta1 * (1 - 0.5 * ExactMath.Power(_base, t));
}
