namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>Files that no manifest will ever name. Removing them is a courtesy: where it fails, the next writer tries again.</summary>
internal static class DiskLeftovers
{
    /// <summary>Removes the temporary files of writers that live no more.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="removed">Told the name of each file that was removed.</param>
    /// <returns>Their bytes.</returns>
    public static long Remove(ISnapshotDisk disk, Action<string> removed)
    {
        var bytes = 0L;
        foreach (var file in disk.List().Where(file => TemporaryNames.IsOne(file.Name) && Try(() => TryDelete(file.Name))))
        {
            bytes += file.Length;
            removed(file.Name);
        }
        return bytes;

        bool TryDelete(string name)
        {
            if (!TemporaryNames.IsOfManifest(name)) return disk.TryDeleteAbandoned(name);
            // A manifest is written under the folder's lock, and closed before it gets its name.
            using var held = disk.TryLock();
            return held is not null && disk.TryDeleteAbandoned(name);
        }
    }

    /// <summary>Deletes one of the caller's own files, if it can.</summary>
    public static void TryDelete(ISnapshotDisk disk, string name) => Try(() =>
    {
        disk.Delete(name);
        return true;
    });

    private static bool Try(Func<bool> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays for the next writer.
            return false;
        }
    }
}
