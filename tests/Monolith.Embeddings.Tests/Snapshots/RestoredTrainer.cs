using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>All that a store's newest commit holds, to the bit.</summary>
internal static class RestoredTrainer
{
    /// <summary>Restores the newest commit of a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="withSchedules">
    /// Whether also where it is in the schedules of commits: those differ between trainers that commit at other times.
    /// </param>
    public static async Task<string[]> FromAsync(SnapshotStore store, bool withSchedules = false)
    {
        using var tables = CrashScenario.CreateTables(CrashScenario.CreateSchema());
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        var restored = await RestoredSnapshot.RestoreAsync(store, manifest!, tables, 2, null, CancellationToken.None);
        var sections = restored.Sections.OrderBy(s => s.Key).Select(s =>
            $"{s.Key} {Convert.ToHexString(s.Key == TrainerState.Section && !withSchedules ? WithoutSchedules(s.Value) : s.Value.Span)}");
        return [.. SavedState.Of(tables), .. sections];
    }

    private static byte[] WithoutSchedules(ReadOnlyMemory<byte> trainer)
    {
        var metrics = new ProgressiveMetrics(CrashScenario.CreateSchema());
        var state = TrainerState.Load(trainer, metrics);
        return (state with { Schedules = [.. state.Schedules.Where(s => s.Kind == ScheduleKind.Eviction)] }).Save(metrics);
    }
}
