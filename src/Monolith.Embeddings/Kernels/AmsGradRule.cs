using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>AMSGrad (Reddi, Kale and Kumar 2018): as <see cref="AdamRule"/>, but by the largest v that there was.</summary>
internal struct AmsGradRule(AdamStep step) : IThreeStateRule
{
    /// <summary>The constants; what depends on the row may be set in place.</summary>
    public AdamStep Constants = step;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, ref TLane third, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = Constants.Average(weight, ref first, ref second, gradient);
        third = TLane.SelectLessOrEqual(third, second, second, third);
        weight -= Constants.Change(weight, first, third, gradient);
    }
}
