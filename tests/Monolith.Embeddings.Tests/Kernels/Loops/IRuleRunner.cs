using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

/// <summary>
/// Runs one rule, whatever the number of its states, so that every rule is tested by the same cases. States stand one after the other, as
/// in a row.
/// </summary>
internal interface IRuleRunner
{
    int States { get; }

    /// <summary>Through the public loop, which picks the widths.</summary>
    void Run(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient);

    /// <summary>Through the public loop over rows.</summary>
    void RunRows(in SegmentRows rows);

    /// <summary>At one width; what remains is left alone. Returns where it stopped.</summary>
    int Run<TLane>(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient)
        where TLane : unmanaged, ILane<TLane>;
}
