using System.Security.Cryptography;

namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>
/// Room on the disk that is kept for the manifest. Old commits can be dropped only by a new manifest, so where a disk is full to the last
/// byte nothing could be freed without it. Used under the folder's lock.
/// </summary>
/// <param name="disk">The folder.</param>
internal sealed class DiskReserve(ISnapshotDisk disk)
{
    public const string Name = ".reserve";
    private const int MinBytes = 64 << 10;

    // What this instance knows to be there.
    private long _kept;

    /// <summary>Gives the room back to the disk.</summary>
    /// <returns>Whether there was any.</returns>
    public bool TryRelease()
    {
        _kept = 0;
        var isThere = disk.Exists(Name);
        if (isThere) DiskLeftovers.TryDelete(disk, Name);
        return isThere;
    }

    /// <summary>Sees that there is room for a manifest as long as this one, and more, if the disk has it.</summary>
    public void Keep(int manifestBytes)
    {
        if (_kept >= manifestBytes) return;
        try
        {
            _kept = Make(manifestBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next replacement tries again.
            DiskLeftovers.TryDelete(disk, Name);
        }
    }

    private long Make(int manifestBytes)
    {
        var there = disk.Exists(Name) ? Length() : 0;
        if (there >= manifestBytes) return there;
        if (there > 0) disk.Delete(Name);
        // Twice what is needed, so that it is not made again for each commit; and random, so that no file system packs it.
        var bytes = RandomNumberGenerator.GetBytes(Math.Max(MinBytes, (int)Math.Min(2L * manifestBytes, Array.MaxLength)));
        using var file = disk.Create(Name);
        file.Write(bytes);
        return bytes.Length;
    }

    private long Length()
    {
        using var file = disk.Open(Name);
        return file.Length;
    }
}
