using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>Adam: m and v are averaged, and w goes by their quotient (<see cref="AdamStep"/>).</summary>
internal struct AdamRule(AdamStep step) : ITwoStateRule
{
    /// <summary>The constants; what depends on the row may be set in place.</summary>
    public AdamStep Constants = step;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = Constants.Average(weight, ref first, ref second, gradient);
        weight -= Constants.Change(weight, first, second, gradient);
    }
}
