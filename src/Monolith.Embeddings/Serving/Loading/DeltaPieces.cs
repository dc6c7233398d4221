using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Serving.Loading;

/// <summary>Finds the pieces of a file: its header, each block, and what follows the blocks.</summary>
internal static class DeltaPieces
{
    /// <exception cref="SnapshotException">It is not whole, or not the file that the manifest names.</exception>
    public static IReadOnlyList<DeltaPiece> Of(SnapshotFile file, SnapshotFileEntry expected)
    {
        if (file.Length != expected.Length)
            throw new SnapshotException(SnapshotFault.Damaged, file.Name, $"{expected.Length} bytes", $"{file.Length}.");
        var directory = new SnapshotDirectory(new SnapshotBytes(file));
        if (directory.Checksum != expected.Crc32C)
        {
            throw new SnapshotException(SnapshotFault.Damaged, file.Name,
                $"checksum {expected.Crc32C:x8}", $"{directory.Checksum:x8}: it is another file.");
        }
        bool[] ofIds = [.. directory.Sections.Select(section => TableSections.IsOfIds(section.Name))];
        var pieces = new List<DeltaPiece>(directory.Blocks.Count + 2);
        var end = directory.Blocks.Count > 0 ? directory.Blocks[0].Offset : 0;
        if (end > 0) pieces.Add(new() { Offset = 0, Length = end });
        foreach (var block in directory.Blocks)
        {
            pieces.Add(new()
            {
                Offset = block.Offset,
                Length = block.Bytes,
                FirstHash = ofIds[block.Section] ? block.First : null,
            });
            end = block.Offset + block.Bytes;
        }
        pieces.Add(new() { Offset = end, Length = file.Length - end });
        return pieces;
    }
}
