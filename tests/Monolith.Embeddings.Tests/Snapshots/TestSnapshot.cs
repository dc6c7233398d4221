using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Stores.Memory;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>A small file with everything in it: two sections of rows whose blocks alternate, one of bytes, and an empty one.</summary>
internal static class TestSnapshot
{
    public static readonly Guid Chain = new("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");

    public static readonly byte[] Position = "the position in the stream"u8.ToArray();

    public static SnapshotHeader Header { get; } = new()
    {
        Kind = SnapshotFileKind.Delta,
        Chain = Chain,
        Incarnation = 3,
        From = 17,
        To = 23,
        SchemaFingerprint = new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 },
        PlugIns = [new("users/vector/optimizer", "adagrad"), new("users/expiry", "time-to-live")],
    };

    public static byte[] Rows(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The file, and what a manifest says of it.</summary>
    public static (byte[] Bytes, SnapshotFileEntry Entry) Make(string name = "delta-1", int seed = 1, SnapshotHeader? header = null)
    {
        using var stream = new MemoryStream();
        var writer = new SnapshotWriter(stream, header ?? Header);
        var (users, items) = (writer.AddSection("rows/users"), writer.AddSection("rows/items"));
        writer.WriteBlock(users, 0, 99, 4, Rows(64, seed));
        writer.WriteBlock(items, 0, 9, 1, Rows(17, seed + 1));
        writer.WriteBlock(users, 100, ulong.MaxValue, 3, Rows(48, seed + 2));
        using (var position = writer.AddByteSection("position")) position.Write(Position);
        writer.AddByteSection("metrics").Dispose();
        var entry = writer.Complete(name);
        return (stream.ToArray(), entry);
    }

    public static SnapshotReader Open(byte[] bytes, SnapshotFileEntry? expected = null) =>
        SnapshotReader.Open(new MemorySnapshotFile("delta-1", bytes), expected);

    /// <summary>Reads everything that there is to read.</summary>
    public static int ReadAll(byte[] bytes, SnapshotFileEntry? expected = null)
    {
        using var reader = Open(bytes, expected);
        reader.Verify();
        var total = reader.Read(Enumerable.Range(0, reader.Blocks.Count)).Sum(block => block.Payload.Length);
        foreach (var section in reader.Sections.Where(s => s.Name is "position" or "metrics"))
        {
            using var stream = reader.OpenByteSection(section.Name);
            stream.CopyTo(Stream.Null);
        }
        return total;
    }

    /// <summary>
    /// The checked parts of a file: header, blocks, those of the directory, end. The last four bytes of each are its checksum.
    /// </summary>
    public static List<(int Start, int Length)> Parts(byte[] bytes)
    {
        var parts = new List<(int, int)> { (0, BitConverter.ToInt32(bytes, 12)) };
        for (var at = parts[0].Item2; at < bytes.Length - SnapshotFormat.EndBytes; at += parts[^1].Item2)
            parts.Add((at, BlockEntry.OverheadBytes + BitConverter.ToInt32(bytes, at + 28)));
        return [.. parts, (bytes.Length - SnapshotFormat.EndBytes, SnapshotFormat.EndBytes)];
    }
}
