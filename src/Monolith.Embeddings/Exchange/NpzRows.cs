using System.Runtime.InteropServices;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Exchange;

/// <summary>The rows of a NumPy file, to be gone through once. Holds one chunk of them.</summary>
internal sealed class NpzRows : IDisposable
{
    private const int ChunkBytes = 1 << 20, MostRows = 4096;

    private readonly NpyArray _ids, _weights;
    private readonly NpyArray? _lastUpdates;
    private readonly int _dimension;

    /// <param name="file">The file.</param>
    /// <param name="table">The table that the rows are for.</param>
    /// <exception cref="InvalidDataException">The file lacks an array, or one does not fit the table.</exception>
    public NpzRows(NpzFile file, EmbeddingTable table)
    {
        _dimension = table.Dimension;
        try
        {
            new NpzSegments(file).Require(table);
            _ids = file.Open(NpyFormat.Ids);
            _weights = file.Open(NpyFormat.Weights);
            _lastUpdates = file.Has(NpyFormat.LastUpdates) ? file.Open(NpyFormat.LastUpdates) : null;
            _ids.Require([NpyFormat.Int64, NpyFormat.UInt64], 1, sizeof(long));
            _weights.Require([NpyFormat.Float32], 2, sizeof(float));
            _lastUpdates?.Require([NpyFormat.UInt32], 1, sizeof(uint));
            RequireShapes(table);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How many rows there are.</summary>
    public long Count => _ids.Header.Shape[0];

    /// <summary>
    /// Hands over all rows, and checks that they are what was written, the last chunk included only after it was handed over.
    /// </summary>
    /// <param name="eventSeconds">The last update of rows where the file does not say, in seconds.</param>
    /// <param name="action">Takes chunks of rows.</param>
    /// <param name="cancellationToken">Asked before each chunk.</param>
    /// <exception cref="InvalidDataException">The file is cut short, was changed, or a weight is not finite.</exception>
    public void ForEach(uint eventSeconds, RowChunkAction action, CancellationToken cancellationToken)
    {
        var most = (int)Math.Min(Count, Math.Clamp(ChunkBytes / (_dimension * sizeof(float)), 1, MostRows));
        var (ids, weights, seconds, lastUpdates) = (new long[most], new float[most * _dimension], new uint[most], new long[most]);
        seconds.AsSpan().Fill(eventSeconds);
        for (var done = 0L; done < Count; done += most)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = (int)Math.Min(most, Count - done);
            var chunk = new RowChunk(ids.AsSpan(0, rows), weights.AsSpan(0, rows * _dimension), lastUpdates.AsSpan(0, rows));
            _ids.Read(MemoryMarshal.AsBytes(ids.AsSpan(0, rows)));
            _weights.Read(MemoryMarshal.AsBytes(weights.AsSpan(0, rows * _dimension)));
            _lastUpdates?.Read(MemoryMarshal.AsBytes(seconds.AsSpan(0, rows)));
            for (var row = 0; row < rows; row++) lastUpdates[row] = EventSeconds.Milliseconds(seconds[row]);
            if (!FiniteCheck.AllFinite(chunk.Weights))
                throw _weights.Wrong($"a weight of rows {done} to {done + rows - 1} is NaN or infinite.");
            action(chunk);
        }
        _ids.End();
        _weights.End();
        _lastUpdates?.End();
    }

    public void Dispose()
    {
        _ids?.Dispose();
        _weights?.Dispose();
        _lastUpdates?.Dispose();
    }

    private void RequireShapes(EmbeddingTable table)
    {
        if (_weights.Header.Shape[0] != Count) throw _weights.Wrong($"it has {_weights.Header.Shape[0]} rows, and there are {Count} ids.");
        if (_lastUpdates is not null && _lastUpdates.Header.Shape[0] != Count)
            throw _lastUpdates.Wrong($"it has {_lastUpdates.Header.Shape[0]} times, and there are {Count} ids.");
        if (_weights.Header.Shape[1] != _dimension)
            throw _weights.Wrong($"it has {_weights.Header.Shape[1]} columns, and rows of table '{table.Name}' have {_dimension} weights.");
    }
}
