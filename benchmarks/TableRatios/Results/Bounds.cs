using Measuring;
using TableRatios.Measurements;

namespace TableRatios.Results;

/// <summary>What the table promises at 10 million rows of dimension 16; other sizes are shown against the same numbers.</summary>
internal static class Bounds
{
    /// <summary>Hold at the number of rows asked for and at the index's highest fill.</summary>
    private static readonly Bound[] AtEveryFill =
    [
        Bound.AtMost("lookup.uniform.vs_flat_gather", 3.0),
        Bound.AtMost("lookup.zipf.vs_flat_gather", 3.8),
        Bound.AtMost("lookup.absent.vs_flat_gather", 2.0),
        Bound.AtMost("lookup.batch512.vs_flat_gather", 3.6),
        Bound.AtMost("update.adagrad.uniform.vs_flat_update", 3.0),
        Bound.AtMost("update.ftrl.uniform.vs_flat_update", 2.6),
        Bound.AtLeast("lookup.uniform.vs_concurrent_dictionary", 4),
    ];

    private static readonly Bound[] Others =
    [
        Bound.AtMost("lookup.large.growth_vs_flat", 1.15),
        Bound.AtMost("precision.float16.update.vs_float32", 1.6),
        Bound.AtMost("precision.bfloat16.update.vs_float32", 1.6),
        Bound.AtLeast("insert.vs_concurrent_dictionary", 4),
        Bound.AtLeast("lookup.threads2.vs_flat_threads2", 0.9),
        Bound.AtLeast("update.threads2.vs_flat_threads2", 0.9),
        Bound.AtLeast("update.zipf.threads2.speedup", 1.4),
        Bound.AtLeast("mixed.threads2.speedup", 1.4),
        Bound.AtMost("insert.longest_batch_ms", 10),
        Bound.AtLeast("evict.half.rows_per_second", 10_000_000),
        Bound.AtMost("evict.half.longest_concurrent_batch_ms", 5),
        Bound.AtMost("memory.overhead_bytes_per_row", 30),
        Bound.AtLeast("memory.returned_share", 0.8),
        Bound.AtMost("alloc.bytes_per_batch", 0),
    ];

    private static IEnumerable<Bound> All =>
        [.. AtEveryFill, .. AtEveryFill.Select(b => b with { Name = b.Name + FillMeasurement.HighestFillSuffix }), .. Others];

    /// <summary>Prints a comment line for each bound whose result is there; returns whether all of them are met.</summary>
    public static bool Print(Report report) => Bound.Print(All, report);
}
