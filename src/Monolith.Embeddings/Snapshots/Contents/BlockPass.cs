using System.Buffers;
using System.Runtime.ExceptionServices;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>Goes through blocks of a file on several threads.</summary>
/// <param name="threads">How many threads read; each holds one block.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class BlockPass(int threads, CancellationToken cancellationToken)
{
    /// <summary>Reads blocks and hands them over. Each thread takes a run of blocks: neighbours are of one stripe, which is locked by one thread at a time.</summary>
    /// <param name="file">The file.</param>
    /// <param name="blocks">The blocks, by their places in the file.</param>
    /// <param name="itemBytes">The length of their items, each of which begins with an id.</param>
    /// <param name="action">Takes the blocks.</param>
    /// <exception cref="SnapshotException">A block is not what was written, or holds an id of another range than it states.</exception>
    public void ForEach(SnapshotContents file, IReadOnlyList<int> blocks, int itemBytes, BlockAction action)
    {
        var parts = Math.Min(threads, blocks.Count);
        try
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
            {
                var (first, end) = ((int)((long)blocks.Count * part / parts), (int)((long)blocks.Count * (part + 1) / parts));
                var buffer = ArrayPool<byte>.Shared.Rent(file.Reader.BufferBytes);
                try
                {
                    for (var i = first; i < end; i++)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        var (entry, payload) = (file.Reader.Blocks[blocks[i]], file.Reader.ReadBlock(blocks[i], buffer));
                        RequireRange(file, entry, payload.Span, itemBytes);
                        action(entry, payload.Span);
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    // What a block says of its range is what compaction goes by.
    private static void RequireRange(SnapshotContents file, BlockEntry entry, ReadOnlySpan<byte> items, int itemBytes)
    {
        if (entry.Range == KeyRange.All) return;
        for (var at = 0; at < items.Length; at += itemBytes) entry.Range.Require(file.Name, RecordLayout.Id(items[at..]));
    }
}
