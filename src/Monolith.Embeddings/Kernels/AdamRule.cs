using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>Adam: m and v are averaged, and w goes by their quotient (<see cref="AdamStep"/>).</summary>
internal readonly struct AdamRule(AdamStep step) : ITwoStateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = step.Average(weight, ref first, ref second, gradient);
        weight -= step.Change(weight, first, second, gradient);
    }
}
