using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Snapshots.Forgetting;

/// <summary>
/// The lists of forgotten ids that a store has beside its commits: files that no manifest names, so that no rewind takes them back. What
/// counts is all of them together; each new one holds what it replaces, which is deleted afterwards. So nothing is lost whatever fails, and
/// whatever other process writes one.
/// </summary>
internal static class SuppressionStore
{
    /// <summary>What the names of the files end with.</summary>
    public const string Suffix = ".forgotten";

    /// <summary>Whether a file of this name is a list.</summary>
    public static bool IsList(string name) => name.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>All that the lists of a store hold.</summary>
    /// <exception cref="SnapshotException">One is damaged, or the store failed.</exception>
    public static async ValueTask<SuppressionList> ReadAsync(SnapshotStore store, CancellationToken cancellationToken) =>
        (await ReadFilesAsync(store, cancellationToken).ConfigureAwait(false)).List;

    /// <summary>Adds a list to those of a store; durable when it returns.</summary>
    /// <returns>All that the lists of the store hold now.</returns>
    /// <exception cref="SnapshotException">The store failed: it holds what it held, and perhaps the list too.</exception>
    public static async ValueTask<SuppressionList> AddAsync(
        SnapshotStore store, SuppressionList list, CancellationToken cancellationToken)
    {
        var (found, files) = await ReadFilesAsync(store, cancellationToken).ConfigureAwait(false);
        var all = found.With(list);
        if (files.Count <= 1 && found.Covers(all)) return all;
        await WriteAsync(store, all, cancellationToken).ConfigureAwait(false);
        await DeleteAsync(store, files).ConfigureAwait(false);
        return all;
    }

    // The new one holds all that they do.
    private static async ValueTask DeleteAsync(SnapshotStore store, IReadOnlyList<string> files)
    {
        try
        {
            foreach (var file in files) await store.DeleteAsync(file, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SnapshotException)
        {
            // They are no more than waste.
        }
    }

    private static async ValueTask WriteAsync(SnapshotStore store, SuppressionList list, CancellationToken cancellationToken)
    {
        var name = $"{SnapshotIdentity.New():n}{Suffix}";
        var file = await store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        await using var _ = file.ConfigureAwait(false);
        var bytes = SuppressionFormat.Write(list);
        await Task.Run(() => file.Write(bytes), cancellationToken).ConfigureAwait(false);
        await file.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<(SuppressionList List, IReadOnlyList<string> Files)> ReadFilesAsync(
        SnapshotStore store, CancellationToken cancellationToken)
    {
        // Another process may replace them meanwhile.
        for (var attempt = 1; ; attempt++)
        {
            var files = await store.ListAsync(cancellationToken).ConfigureAwait(false);
            string[] names = [.. files.Select(file => file.Name).Where(IsList)];
            try
            {
                var all = SuppressionList.Empty;
                foreach (var name in names) all = all.With(await ReadAsync(store, name, cancellationToken).ConfigureAwait(false));
                return (all, names);
            }
            catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Missing && attempt < 5)
            {
            }
        }
    }

    private static async ValueTask<SuppressionList> ReadAsync(SnapshotStore store, string name, CancellationToken cancellationToken)
    {
        using var file = await store.OpenAsync(name, cancellationToken).ConfigureAwait(false);
        try
        {
            return SuppressionFormat.Read(await Task.Run(() => BytesOf(file), cancellationToken).ConfigureAwait(false));
        }
        catch (FormatException exception)
        {
            throw new SnapshotException(SnapshotFault.Damaged, name, "a list of forgotten ids",
                $"something else: {exception.Message} Put back a copy of the file, such as the one in the back-ups. Without it, ids that "
                + "were forgotten may come back.",
                exception);
        }
    }

    private static byte[] BytesOf(SnapshotFile file)
    {
        var bytes = new byte[file.Length];
        new SnapshotBytes(file).ReadExactly(0, bytes);
        return bytes;
    }
}
