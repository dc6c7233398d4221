using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>A file taken apart, to be put together again with other contents under right checksums.</summary>
internal sealed class SnapshotCopy
{
    public required SnapshotHeader Header { get; set; }

    public required List<string> Sections { get; init; }

    public required List<Block> Blocks { get; init; }

    public static SnapshotCopy Of(byte[] file)
    {
        using var reader = TestSnapshot.Open(file);
        return new SnapshotCopy
        {
            Header = reader.Header,
            Sections = [.. reader.Sections.Select(s => s.Name)],
            Blocks = [.. reader.Read(Enumerable.Range(0, reader.Blocks.Count)).Select(Block.Of)],
        };
    }

    public SnapshotCopy Copy() => new() { Header = Header, Sections = [.. Sections], Blocks = [.. Blocks] };

    /// <summary>The file, and what a manifest says of it.</summary>
    public (byte[] Bytes, SnapshotFileEntry Entry) Write(string name)
    {
        using var stream = new MemoryStream();
        var writer = new SnapshotWriter(stream, Header, bufferBytes: 512);
        foreach (var section in Sections) writer.AddSection(section);
        foreach (var block in Blocks) writer.WriteBlock(block.Section, block.First, block.Last, block.Items, block.Payload);
        var entry = writer.Complete(name);
        return (stream.ToArray(), entry);
    }

    internal sealed record Block(int Section, ulong First, ulong Last, uint Items, byte[] Payload)
    {
        public static Block Of(BlockContents block)
        {
            var entry = block.Entry;
            return new Block((int)entry.Section, entry.First, entry.Last, entry.Items, block.Payload.ToArray());
        }
    }
}
