namespace Monolith.Embeddings.Snapshots;

/// <summary>Files that no manifest will ever name. Removing them is a courtesy: where it fails, the next writer tries again.</summary>
internal static class DiskLeftovers
{
    /// <summary>Removes the temporary files of writers that live no more.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="removed">Told the name of each file that was removed.</param>
    public static void Remove(ISnapshotDisk disk, Action<string> removed)
    {
        foreach (var file in disk.List())
        {
            if (file.Name.EndsWith(SnapshotFileNames.Temporary, StringComparison.Ordinal) && TryDelete(disk, file.Name)) removed(file.Name);
        }
    }

    /// <summary>Deletes a file that nobody is writing, if it can.</summary>
    /// <returns>Whether it did.</returns>
    public static bool TryDelete(ISnapshotDisk disk, string name)
    {
        try
        {
            if (disk.IsHeld(name)) return false;
            disk.Delete(name);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays for the next writer.
            return false;
        }
    }
}
