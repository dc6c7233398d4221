namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>Removes files that are not needed.</summary>
internal static class SnapshotStoreCleaning
{
    /// <summary>
    /// Deletes files that were written but not published, as far as that succeeds and no manifest names them; the cleaning of the chain
    /// finds the others later.
    /// </summary>
    public static async ValueTask ForgetAsync(this SnapshotStore store, IEnumerable<string?> names)
    {
        try
        {
            var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None).ConfigureAwait(false);
            var named = manifest?.Files.Select(file => file.Name) ?? [];
            foreach (var name in names.OfType<string>().Except(named))
                await store.DeleteAsync(name, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SnapshotException)
        {
            // They are no more than waste.
        }
    }
}
