using System.IO.Hashing;

namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>The manifest of a folder: one file that is replaced by another in one rename.</summary>
/// <param name="disk">The folder.</param>
/// <param name="maxBytes">The longest that is read.</param>
internal sealed class DiskManifest(ISnapshotDisk disk, int maxBytes)
{
    public const string Name = SnapshotFileNames.Reserved + ".json";

    private readonly DiskReserve _reserve = new(disk);
    private string? _durable, _doubtful;

    /// <summary>
    /// Reads it. A manifest may be visible a moment before it is durable, or its writer may have died in between; so a version that is new
    /// here is believed only once the reader has flushed the folder itself.
    /// </summary>
    public StoredManifest? Read()
    {
        var manifest = DiskFaults.Guard(Name, "a manifest", ReadVisible);
        if (manifest is not null && manifest.Token != Volatile.Read(ref _durable) && !IsDoubtful(manifest)) FlushName(manifest.Token);
        return manifest;
    }

    /// <summary>
    /// Whether a flush failed for this version. Another flush may then report success and yet have dropped it; it must be written again
    /// before it is believed.
    /// </summary>
    public bool IsDoubtful(StoredManifest manifest) =>
        manifest.Token == Volatile.Read(ref _doubtful) && manifest.Token != Volatile.Read(ref _durable);

    /// <summary>Replaces it, if it is the expected one; the caller holds the folder's lock.</summary>
    /// <param name="bytes">The new manifest.</param>
    /// <param name="expectedToken">The token of the old one; null: none may be there.</param>
    /// <returns>The new token; null if the manifest is another one.</returns>
    public string? TryReplace(ReadOnlyMemory<byte> bytes, string? expectedToken)
    {
        if (DiskFaults.Guard(Name, "a manifest", ReadVisible)?.Token != expectedToken) return null;
        try
        {
            Replace(bytes);
        }
        catch (SnapshotException exception) when (exception.IsOutOfRoom && _reserve.TryRelease())
        {
            Replace(bytes);
        }
        var token = Token(bytes.Span);
        FlushName(token);
        _reserve.Keep(bytes.Length);
        return token;
    }

    private void Replace(ReadOnlyMemory<byte> bytes)
    {
        var file = DiskFaults.Guard(Name, "a file for its replacement", () => DiskTemporaryFile.Create(disk, Name));
        try
        {
            DiskFaults.Guard(Name, "to write its replacement", () =>
            {
                file.File.Write(bytes.Span);
                file.File.Flush();
                // A reader may open the manifest in the instant in which it gets its name. The folder's lock keeps stores away that
                // remove leftovers.
                file.Dispose();
            });
            DiskFaults.Guard(Name, "to replace it", () => file.Rename(Name, replace: true));
        }
        catch
        {
            file.Remove();
            throw;
        }
    }

    private void FlushName(string token)
    {
        try
        {
            DiskFaults.Guard(Name, "its name to be flushed", disk.FlushFolder);
        }
        catch (SnapshotException)
        {
            Volatile.Write(ref _doubtful, token);
            throw;
        }
        Volatile.Write(ref _durable, token);
    }

    // What the manifest says is its version, as an object store's entity tag is: no counter that a copied folder would repeat.
    private static string Token(ReadOnlySpan<byte> bytes) => $"{bytes.Length:x}-{XxHash64.HashToUInt64(bytes):x16}";

    private StoredManifest? ReadVisible()
    {
        try
        {
            using var file = disk.Open(Name);
            if (file.Length > maxBytes)
                throw new SnapshotException(SnapshotFault.Damaged, Name, $"at most {maxBytes} bytes (MaxManifestBytes)", $"{file.Length}.");
            var bytes = new byte[file.Length];
            var count = 0;
            while (count < bytes.Length && file.Read(count, bytes.AsSpan(count)) is var read and > 0) count += read;
            return new StoredManifest(bytes.AsMemory(0, count), Token(bytes.AsSpan(0, count)));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
