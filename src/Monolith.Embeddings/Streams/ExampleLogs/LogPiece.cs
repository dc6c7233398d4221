using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// Rows that become one file: in memory until it is durable, and listed by the manifest once a commit has them. Thread-safe.
/// </summary>
/// <param name="rows">The rows, in order; at least one.</param>
/// <param name="pool">Gets the chunks back.</param>
internal sealed class LogPiece(IReadOnlyList<RowChunk> rows, ObjectPool<RowChunk> pool) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private IReadOnlyList<RowChunk> _rows = rows;
    private volatile LogEntry? _entry;

    public long FirstRow { get; } = rows[0].FirstRow;

    public long EndRow { get; } = rows[^1].EndRow;

    /// <summary>How many bytes of memory its rows take.</summary>
    public long Bytes { get; } = rows.Sum(chunk => (long)chunk.Length);

    /// <summary>The file; null until it is durable.</summary>
    public LogEntry? Entry => _entry;

    /// <summary>What a commit keeps of it; made when it is first captured.</summary>
    public SourceSegment? Segment { get; set; }

    /// <summary>Makes the file durable, unless it is.</summary>
    /// <param name="create">Begins a file; asked again, and for another name, after a failure.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <exception cref="SnapshotException">The store failed; the rows are still in memory.</exception>
    public async ValueTask<LogEntry> SealAsync(
        Func<long, CancellationToken, ValueTask<LogFileWriter>> create, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _entry ??= await WriteAsync(create, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets the rows that have a forgotten id; nothing where the file is durable already.</summary>
    /// <returns>How many were forgotten.</returns>
    public long Forget(RowForgetting forgetting, ExampleRowReader reader)
    {
        _gate.Wait();
        try
        {
            return _rows.Sum(rows => rows.Forget(forgetting, reader));
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async ValueTask<LogEntry> WriteAsync(
        Func<long, CancellationToken, ValueTask<LogFileWriter>> create, CancellationToken cancellationToken)
    {
        using var file = await create(FirstRow, cancellationToken).ConfigureAwait(false);
        foreach (var chunk in _rows) file.Append(chunk.Bytes, chunk.Rows);
        var entry = await file.CommitAsync(level: 0, cancellationToken).ConfigureAwait(false);
        foreach (var chunk in _rows) pool.Return(chunk);
        _rows = [];
        return entry;
    }
}
