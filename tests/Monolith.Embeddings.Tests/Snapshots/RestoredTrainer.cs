using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>All that a store's newest commit holds, to the bit.</summary>
internal static class RestoredTrainer
{
    public static async Task<string[]> FromAsync(SnapshotStore store)
    {
        using var tables = CrashScenario.CreateTables(CrashScenario.CreateSchema());
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        var restored = await RestoredSnapshot.RestoreAsync(store, manifest!, tables, 2, null, CancellationToken.None);
        var sections = restored.Sections.OrderBy(s => s.Key).Select(s => $"{s.Key} {Convert.ToHexString(s.Value.Span)}");
        return [.. SavedState.Of(tables), .. sections];
    }
}
