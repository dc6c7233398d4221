using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Diagnostics;

/// <summary>What is printed of progress, statistics and health is one line that a person can read.</summary>
public class ReadableLineTests
{
    [Test]
    public void Progress_of_training()
    {
        var window = new MetricsSummary
        {
            Examples = 100_000,
            Weight = 100_000,
            PositiveRate = 0.25,
            Auc = 0.77123,
            LogLoss = 0.44567,
            Calibration = 1.0123,
        };
        var progress = new TrainingProgress
        {
            Examples = 1_234_567,
            Steps = 12_345,
            Elapsed = new TimeSpan(1, 2, 3, 4),
            ExamplesPerSecond = 98_765.4,
            Window = window,
            Total = window with { Auc = 0.75 },
            Rows = 345_678,
            MemoryBytes = 123_456_789,
            Admitted = 400_000,
            Evicted = 54_322,
            NewestEventTime = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
            Position = default,
        };
        Assert.That(progress.ToString(), Is.EqualTo(
            "1,234,567 examples in 1.02:03:04, 98,765/s; AUC 0.7712 (0.7500 in total), log-loss 0.4457, calibration 1.012; "
            + "345,678 rows of 117.7 MiB, 400,000 created, 54,322 expired; events until 2026-03-04 05:06:07Z"));
        Assert.That((progress with { NewestEventTime = DateTimeOffset.UnixEpoch }).ToString(), Does.EndWith("; no event times"));
    }

    [Test]
    public void Statistics_of_a_table_say_what_goes_wrong_where_something_does()
    {
        var statistics = new EmbeddingTableStatistics { Rows = 12_345, Created = 20_000, Expired = 7_655, Lookups = 1000, Found = 875 };
        Assert.That(statistics.ToString(), Is.EqualTo(
            "12,345 rows of 0.0 MiB, 0 ids pending; 20,000 created, 7,655 expired, 0 evicted, 0 removed; "
            + "1,000 ids looked up, 87.5 % found"));
        Assert.That((statistics with { Refused = 3, NonFiniteUpdates = 1_000 }).ToString(),
            Does.EndWith("; 3 refused for room; 1,000 numbers refused"));
    }

    [Test]
    public void Progress_of_a_snapshot() => Assert.That(
        new SnapshotProgress { Phase = SnapshotPhase.Saving, File = "a.b", Rows = 2_500, TotalRows = 10_000 }.ToString(),
        Is.EqualTo("Saving a.b: 2,500 of 10,000 rows (25 %)"));

    [Test]
    public void Health() => Assert.That(
        new TrainerHealth { Status = TrainerStatus.SlotSilent, Examples = 7, SilentSlots = ["a", "b"] }.ToString(),
        Is.EqualTo("SlotSilent: Learns, without ids in 'a', 'b'."));
}
