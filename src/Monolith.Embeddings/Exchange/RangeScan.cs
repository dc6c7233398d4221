using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Exchange;

/// <summary>Reads those blocks of a file that may hold ids of a range.</summary>
/// <param name="file">The file.</param>
/// <param name="range">The range.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class RangeScan(SnapshotContents file, KeyRange range, CancellationToken cancellationToken)
{
    private readonly byte[] _buffer = new byte[file.Reader.BufferBytes];

    /// <summary>The blocks with their payloads, each valid until the next.</summary>
    public IEnumerable<(BlockEntry Entry, ReadOnlyMemory<byte> Payload)> Blocks(IReadOnlyList<int> blocks)
    {
        foreach (var block in blocks)
        {
            var entry = file.Reader.Blocks[block];
            if (!range.Overlaps(entry.Range)) continue;
            cancellationToken.ThrowIfCancellationRequested();
            yield return (entry, file.Reader.ReadBlock(block, _buffer));
        }
    }
}
