using Measuring;
using Monolith.Embeddings.Snapshots;

namespace JoinRatios;

/// <summary>
/// What a commit writes of open impressions: a trainer learns until a window is half full and commits; the next one goes on from there by a
/// number of impressions and commits, and one more by three times as many. By impression, and the one by the other.
/// </summary>
internal static class CommitBytes
{
    public static void Run(JoinSettings settings, Report report)
    {
        var folder = Path.Combine(settings.Folder, $"join-ratios-{Environment.ProcessId}");
        try
        {
            var open = Math.Min(settings.Open, 1_000_000);
            var (first, few, many) = (open / 2, open / 50, 3 * (open / 50));
            RunAsync(new FileSnapshotStore(folder), open, first, settings.Folder).GetAwaiter().GetResult();
            var one = RunAsync(new FileSnapshotStore(folder), open, first + few, settings.Folder).GetAwaiter().GetResult();
            var three = RunAsync(new FileSnapshotStore(folder), open, first + few + many, settings.Folder).GetAwaiter().GetResult();
            report.Print("commit.bytes_per_impression", (double)one / few);
            report.Print("commit.bytes_per_impression.three_times_as_many", (double)three / many);
            report.Print("commit.of_three_times_as_many_vs_once", (double)three / many / ((double)one / few));
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<long> RunAsync(SnapshotStore store, int open, long impressions, string folder)
    {
        using var subject = new JoinSubject();
        using var joiner = subject.Join(new TrafficShape(open), impressions, folder);
        await using var trainer = subject.Train(joiner, store);
        await trainer.RunAsync();
        return trainer.NewestCommit!.Segments.Sum(segment => segment.File.Length);
    }
}
