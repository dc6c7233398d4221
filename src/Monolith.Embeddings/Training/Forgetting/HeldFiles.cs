using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Training.Forgetting;

/// <summary>Which commits and back-ups may hold what was forgotten, and until when.</summary>
internal static class HeldFiles
{
    /// <summary>The commits of a store up to one.</summary>
    /// <param name="store">The store.</param>
    /// <param name="commit">The commit that says what was removed.</param>
    /// <param name="retention">How long commits stay.</param>
    /// <exception cref="SnapshotException">The store failed.</exception>
    public static async Task<IReadOnlyList<HeldCommit>> CommitsAsync(
        SnapshotStore store, ulong commit, SnapshotRetention retention)
    {
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var commits = manifest?.Commits ?? [];
        return
        [
            .. commits.Select((one, place) => (One: one, Newer: commits.Count - 1 - place)).Where(held => held.One.Number <= commit)
                // A full that was made after the removal has no trace of it.
                .Where(held => held.One.Number < commit || held.One.Kind == SnapshotKind.Delta)
                .Select(held => new HeldCommit
                {
                    Number = held.One.Number,
                    Kind = held.One.Kind,
                    Created = held.One.Created,
                    Files = [.. held.One.Files.Select(file => file.Name)],
                    StaysUntil = held.One.Created + retention.Age,
                    CommitsToGo = Math.Max(0, retention.Commits - held.Newer),
                }),
        ];
    }

    /// <summary>The back-ups of some stores.</summary>
    /// <exception cref="SnapshotException">A store failed, or holds something else.</exception>
    public static async Task<IReadOnlyList<HeldBackup>> BackupsAsync(IReadOnlyList<SnapshotStore> stores)
    {
        var held = new List<HeldBackup>();
        for (var i = 0; i < stores.Count; i++)
        {
            var entries = await SnapshotBackup.ListAsync(stores[i], CancellationToken.None).ConfigureAwait(false);
            held.AddRange(entries.Select((entry, place) => new HeldBackup
            {
                Store = i,
                Id = entry.Id,
                Created = entry.Created,
                Newer = entries.Count - 1 - place,
            }));
        }
        return held;
    }
}
