using Measuring;

namespace TrainingThroughput;

/// <summary>What training promises at 10 million rows; other sizes are shown against the same numbers.</summary>
internal static class ThroughputBounds
{
    private static readonly Bound[] All =
    [
        Bound.AtMost("embedding.vs_table", 1.6),
        Bound.AtMost("embedding.vs_torch_bag", 0.55),
        Bound.AtLeast("deepfm.vs_torchsharp", 1.3),
        Bound.AtLeast("trainer.vs_roofline", 0.7),
        Bound.AtLeast("gemm.vs_openblas", 0.6),
        Bound.AtLeast("embedding.threads2.speedup", 1.5),
        Bound.AtMost("alloc.bytes_per_batch", 0),
        Bound.AtMost("alloc.bytes_per_batch.stale", 0),
    ];

    /// <summary>Prints a comment line for each bound whose result is there; returns whether all of them are met.</summary>
    public static bool Print(Report report) => Bound.Print(All, report);
}
