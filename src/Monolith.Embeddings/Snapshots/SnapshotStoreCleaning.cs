namespace Monolith.Embeddings.Snapshots;

/// <summary>Removes files that nobody needs.</summary>
internal static class SnapshotStoreCleaning
{
    /// <summary>Deletes files that were written in vain, as far as that succeeds: they are not in the manifest, and so no more than waste.</summary>
    public static async ValueTask ForgetAsync(this SnapshotStore store, IEnumerable<string?> names)
    {
        foreach (var name in names.OfType<string>())
        {
            try
            {
                await store.DeleteAsync(name, CancellationToken.None).ConfigureAwait(false);
            }
            catch (SnapshotException)
            {
                // The cleaning of the chain finds it later.
            }
        }
    }
}
