namespace Monolith.Embeddings.Snapshots;

/// <summary>Files that no manifest will ever name. Removing them is a courtesy: where it fails, the next writer tries again.</summary>
internal static class DiskLeftovers
{
    /// <summary>Removes the temporary files of writers that live no more.</summary>
    public static void Remove(ISnapshotDisk disk)
    {
        foreach (var file in disk.List())
        {
            if (file.Name.EndsWith(SnapshotFileNames.Temporary, StringComparison.Ordinal)) TryDelete(disk, file.Name);
        }
    }

    /// <summary>Deletes a file that nobody is writing, if it can.</summary>
    public static void TryDelete(ISnapshotDisk disk, string name)
    {
        try
        {
            if (!disk.IsHeld(name)) disk.Delete(name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays for the next writer.
        }
    }
}
