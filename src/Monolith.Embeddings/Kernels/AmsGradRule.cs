using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>AMSGrad (Reddi, Kale and Kumar 2018): as <see cref="AdamRule"/>, but by the largest v that there was.</summary>
internal readonly struct AmsGradRule(AdamStep step) : IThreeStateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, ref TLane third, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = step.Average(weight, ref first, ref second, gradient);
        third = TLane.SelectLessOrEqual(third, second, second, third);
        weight -= step.Change(weight, first, third, gradient);
    }
}
