using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Exchange;

/// <summary>Gathers rows of a file into chunks.</summary>
/// <param name="rows">How many a chunk has.</param>
/// <param name="dimension">How many weights a row has.</param>
/// <param name="action">Takes the chunks.</param>
internal sealed class ChunkBuffer(int rows, int dimension, RowChunkAction action)
{
    private readonly long[] _ids = new long[rows];
    private readonly float[] _weights = new float[rows * dimension];
    private readonly long[] _lastUpdates = new long[rows];
    private int _count;

    public bool WantsMore { get; private set; } = true;

    /// <summary>Adds a row of a training file.</summary>
    public void Add(RecordLayout layout, ReadOnlySpan<byte> record)
    {
        _ids[_count] = RecordLayout.Id(record);
        _lastUpdates[_count] = EventSeconds.Milliseconds(RowRecord.LastUpdateOf(record));
        layout.Weights(record, _weights.AsSpan(_count * dimension, dimension));
        if (++_count == rows) Flush();
    }

    /// <summary>Hands over what is left.</summary>
    public void Flush()
    {
        var chunk = new RowChunk(_ids.AsSpan(0, _count), _weights.AsSpan(0, _count * dimension), _lastUpdates.AsSpan(0, _count));
        if (_count > 0 && WantsMore) WantsMore = action(chunk);
        _count = 0;
    }
}
