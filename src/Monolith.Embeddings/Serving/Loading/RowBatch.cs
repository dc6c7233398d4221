using System.Buffers.Binary;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Tables.Serving;

namespace Monolith.Embeddings.Serving.Loading;

/// <summary>Moves the rows and removals of a file's blocks into a table. One thread's; buffers are used again.</summary>
internal sealed class RowBatch
{
    // So few that what is decoded is still in the cache when it is written.
    private const int Most = 1024;

    private readonly long[] _ids = new long[Most];
    private float[] _weights = [];

    /// <summary>Sets the rows of a block.</summary>
    /// <returns>How many rows were not set, because the replica's precision cannot hold them.</returns>
    public int Set(ReadOnlySpan<byte> payload, RecordLayout records, WeightTable table)
    {
        if (_weights.Length < Most * records.Dimension) _weights = new float[Most * records.Dimension];
        var refused = 0;
        while (!payload.IsEmpty)
        {
            var count = Math.Min(Most, payload.Length / records.RecordBytes);
            for (var i = 0; i < count; i++)
            {
                var record = payload.Slice(i * records.RecordBytes, records.RecordBytes);
                _ids[i] = RecordLayout.Id(record);
                records.Weights(record, _weights.AsSpan(i * records.Dimension, records.Dimension));
            }
            refused += count - table.Set(_ids.AsSpan(0, count), _weights.AsSpan(0, count * records.Dimension));
            payload = payload[(count * records.RecordBytes)..];
        }
        return refused;
    }

    /// <summary>Removes the ids of a block.</summary>
    public void Remove(ReadOnlySpan<byte> payload, WeightTable table)
    {
        while (!payload.IsEmpty)
        {
            var count = Math.Min(Most, payload.Length / sizeof(long));
            for (var i = 0; i < count; i++) _ids[i] = BinaryPrimitives.ReadInt64LittleEndian(payload[(i * sizeof(long))..]);
            table.Remove(_ids.AsSpan(0, count));
            payload = payload[(count * sizeof(long))..];
        }
    }
}
