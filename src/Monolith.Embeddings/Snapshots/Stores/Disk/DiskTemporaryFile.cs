namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>A new file of a disk under a temporary name.</summary>
/// <param name="disk">The folder.</param>
/// <param name="name">The temporary name.</param>
/// <param name="file">The file, held.</param>
internal sealed class DiskTemporaryFile(ISnapshotDisk disk, string name, IDiskFile file) : IDisposable
{
    // Each lost try needs another process that looks for leftovers within the same microseconds.
    private const int Tries = 100;

    public IDiskFile File => file;

    public static DiskTemporaryFile Create(ISnapshotDisk disk, string name)
    {
        for (var left = Tries; ; left--)
        {
            // Another name for each try: a file whose flush failed is never opened again.
            var temporary = TemporaryNames.Next(name);
            try
            {
                return new DiskTemporaryFile(disk, temporary, disk.Create(temporary));
            }
            catch (FileTakenException) when (left > 1)
            {
                // The next one is quicker.
            }
        }
    }

    /// <summary>
    /// Gives the file its name, and releases its lock, since readers lock what they read. They come to it later, by a manifest.
    /// </summary>
    public void Rename(string to, bool replace)
    {
        disk.Rename(name, to, replace);
        file.Dispose();
    }

    /// <summary>Closes the file and removes it, if it can.</summary>
    public void Remove()
    {
        file.Dispose();
        DiskLeftovers.TryDelete(disk, name);
    }

    public void Dispose() => file.Dispose();
}
