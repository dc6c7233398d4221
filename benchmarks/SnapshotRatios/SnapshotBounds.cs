using Measuring;

namespace SnapshotRatios;

/// <summary>
/// What snapshots and replicas promise at 10 million rows of dimension 16; other sizes are shown against the same numbers.
/// </summary>
internal static class SnapshotBounds
{
    private static readonly Bound[] All =
    [
        Bound.AtLeast("save.vs_raw_write", 0.6),
        Bound.AtLeast("restore.vs_raw_read", 0.3),
        Bound.AtMost("cut.pause_ms", 5),
        Bound.AtMost("sketch.longest_batch_after_cut_ms", 5),
        Bound.AtMost("exact.longest_batch_after_cut_ms", 5),
        Bound.AtMost("train.slowdown_while_saving", 1.5),
        Bound.AtMost("save.peak_extra_memory_mb", 64),
        Bound.AtMost("delta.vs_full_time", 0.1),
        Bound.AtMost("replica.apply.vs_assign", 1.5),
        Bound.AtMost("replica.lookup_p99_while_applying_vs_idle", 3),
        Bound.AtMost("replica.fp16.bytes_per_row", 52),
        Bound.AtMost("replica.int8.bytes_per_row", 40),
        Bound.AtMost("replica.predict_500_candidates_p99_vs_p50", 1.5),
        Bound.AtMost("replica.predict_500_candidates_p99_while_applying_vs_idle", 1.2),
        Bound.AtMost("replica.predict_500_candidates_p99_while_applying_vs_busy", 1.2),
    ];

    /// <summary>Prints a comment line for each bound whose result is there; returns whether all of them are met.</summary>
    public static bool Print(Report report) => Bound.Print(All, report);
}
