using System.Diagnostics;
using Measuring;
using Monolith.Embeddings.Features;

namespace JoinRatios;

/// <summary>
/// A joiner is filled until a window is full, and then goes on for a quarter of a window, in which as many impressions are closed as are
/// opened: memory above the trainer, records and joins a second.
/// </summary>
internal static class OpenImpressions
{
    private const double Megabyte = 1 << 20;

    public static void Run(JoinSettings settings, Report report)
    {
        using var subject = new JoinSubject();
        subject.Warm();
        GC.Collect();
        var empty = Environment.WorkingSet;
        var shape = new TrafficShape(settings.Open);
        using var joiner = subject.Join(shape, settings.Open + (settings.Open / 4), settings.Folder);
        ReadAsync().GetAwaiter().GetResult();

        async Task ReadAsync()
        {
            var (most, batches, full) = (0L, 0, false);
            var filled = DateTimeOffset.FromUnixTimeMilliseconds(shape.TimeOf(settings.Open));
            var clock = Stopwatch.StartNew();
            var begin = joiner.Status;
            await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, CancellationToken.None))
            {
                batch.Dispose();
                if (++batches % 64 == 0) most = Math.Max(most, Environment.WorkingSet);
                if (full || !(joiner.Status.Watermark >= filled)) continue;
                full = true;
                Fill(report, clock.Elapsed.TotalSeconds, settings.Open);
                (begin, most) = (joiner.Status, Environment.WorkingSet);
                clock.Restart();
            }
            Print(report, begin, joiner.Status, clock.Elapsed.TotalSeconds);
            report.Print("memory.above_trainer_mb", (Math.Max(most, Environment.WorkingSet) - empty) / Megabyte);
            report.Print("memory.of_the_joiner_mb", joiner.Status.MemoryBytes / Megabyte);
            report.Print("memory.disk_mb", joiner.Status.DiskBytes / Megabyte);
            report.Print("memory.open_impressions", joiner.Status.OpenImpressions);
        }
    }

    private static void Fill(Report report, double seconds, int open) => report.Print("fill.impressions_per_second", open / seconds);

    private static void Print(
        Report report, in Monolith.Embeddings.Streams.OnlineJoinerStatus begin, in Monolith.Embeddings.Streams.OnlineJoinerStatus end,
        double seconds)
    {
        var joined = end.Joined - begin.Joined;
        report.Print("join.examples_per_second", (joined + end.Defaults - begin.Defaults) / seconds);
        report.Print("join.joins_per_second", joined / seconds);
        report.Print("join.actions_from_disk_percent", 100.0 * (end.DiskReads - begin.DiskReads) / joined);
    }
}
