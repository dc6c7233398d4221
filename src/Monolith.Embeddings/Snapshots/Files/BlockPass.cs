using System.Runtime.ExceptionServices;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>Goes through blocks of a file on several threads.</summary>
/// <param name="threads">How many threads read; each holds one block.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class BlockPass(int threads, CancellationToken cancellationToken)
{
    /// <summary>
    /// Reads blocks and hands them over. Each thread takes a run of blocks: neighbours are of one stripe, which is locked by one thread at
    /// a time.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="blocks">The blocks, by their places in the file.</param>
    /// <param name="action">Takes the blocks.</param>
    /// <exception cref="SnapshotException">A block is not what was written.</exception>
    public void ForEach(SnapshotReader file, IReadOnlyList<int> blocks, Action<BlockContents> action) =>
        ForEach(file, blocks, () => action, static (take, block) => take(block));

    /// <inheritdoc cref="ForEach(SnapshotReader, IReadOnlyList{int}, Action{BlockContents})" />
    /// <param name="file">The file.</param>
    /// <param name="blocks">The blocks, by their places in the file.</param>
    /// <param name="create">Makes what a thread has of its own.</param>
    /// <param name="action">Takes the blocks.</param>
    public void ForEach<T>(SnapshotReader file, IReadOnlyList<int> blocks, Func<T> create, Action<T, BlockContents> action)
    {
        var parts = Math.Min(threads, blocks.Count);
        if (parts <= 1)
        {
            Run(file, blocks, create(), action);
            return;
        }
        try
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
            {
                var (first, end) = ((int)((long)blocks.Count * part / parts), (int)((long)blocks.Count * (part + 1) / parts));
                Run(file, blocks.Skip(first).Take(end - first), create(), action);
            });
        }
        catch (AggregateException exception)
        {
            // What is wrong with a file tells more than that other threads were cancelled.
            var all = exception.InnerExceptions;
            ExceptionDispatchInfo.Throw(all.FirstOrDefault(one => one is SnapshotException) ?? all[0]);
        }
    }

    private void Run<T>(SnapshotReader file, IEnumerable<int> blocks, T own, Action<T, BlockContents> action)
    {
        foreach (var block in file.Read(blocks, cancellationToken)) action(own, block);
    }
}
