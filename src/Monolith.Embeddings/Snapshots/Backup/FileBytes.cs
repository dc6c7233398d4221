using System.Buffers;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Backup;

/// <summary>Reads the bytes of a file, all of them, and holds them against what a manifest says.</summary>
internal static class FileBytes
{
    private const int PieceBytes = 1 << 20;

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="SnapshotException">It is not what the entry says, or the medium failed.</exception>
    public static byte[] Read(SnapshotFile file, SnapshotFileEntry entry)
    {
        using var bytes = new MemoryStream();
        Copy(file, entry, bytes, CancellationToken.None);
        return bytes.ToArray();
    }

    /// <summary>Copies a file, and fails at its end where it is not what the entry says: nothing may be made of the copy before.</summary>
    /// <param name="file">The file.</param>
    /// <param name="entry">What a manifest says of it.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="cancellationToken">Asked before each piece of 1 MiB.</param>
    /// <exception cref="SnapshotException">It is not what the entry says, or the medium failed.</exception>
    public static void Copy(SnapshotFile file, SnapshotFileEntry entry, Stream destination, CancellationToken cancellationToken)
    {
        var bytes = new SnapshotBytes(file);
        if (file.Length != entry.Length) throw bytes.Damaged($"{entry.Length} bytes", $"{file.Length}.");
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var checksum = 0u;
            for (var at = 0L; at < entry.Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var piece = buffer.AsSpan(0, (int)Math.Min(PieceBytes, entry.Length - at));
                bytes.ReadExactly(at, piece);
                checksum = Crc32C.Append(checksum, piece);
                destination.Write(piece);
                at += piece.Length;
            }
            if (checksum != entry.Crc32C) throw bytes.Damaged($"checksum {entry.Crc32C:x8}", $"{checksum:x8}: bytes were changed.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
