using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>
/// How the rows of a table stand in a file: whole (<see cref="RowRecord"/>) in a training file; key and weights alone in a serving file.
/// Immutable; thread-safe.
/// </summary>
internal sealed class RecordLayout
{
    private readonly RowPart[] _weights;
    private readonly int _headerBytes;

    /// <param name="rows">How rows lie in memory.</param>
    /// <param name="isServing">Whether the file is for replicas.</param>
    public RecordLayout(RowLayout rows, bool isServing)
    {
        _weights = rows.WeightParts;
        _headerBytes = isServing ? RowRecord.KeyBytes : RowRecord.HeaderBytes;
        RecordBytes = isServing ? RowRecord.KeyBytes + rows.WeightBytes : RowRecord.BytesOf(rows);
        (Dimension, WeightBytes) = (rows.Dimension, rows.WeightBytes);
    }

    /// <summary>The length of a record.</summary>
    public int RecordBytes { get; }

    /// <summary>How many weights a row has.</summary>
    public int Dimension { get; }

    /// <summary>The bytes of the weights, as they are stored.</summary>
    public int WeightBytes { get; }

    public static long Id(ReadOnlySpan<byte> record) => RowRecord.KeyOf(record);

    /// <summary>Writes a record of another layout in this one, which has no more.</summary>
    public void Write(RecordLayout source, ReadOnlySpan<byte> record, Span<byte> destination)
    {
        record[.._headerBytes].CopyTo(destination);
        record.Slice(source._headerBytes, destination.Length - _headerBytes).CopyTo(destination[_headerBytes..]);
    }

    /// <summary>The weights as they are stored.</summary>
    public ReadOnlySpan<byte> StoredWeights(ReadOnlySpan<byte> record) => record.Slice(_headerBytes, WeightBytes);

    /// <summary>Takes the weights out of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="weights">Receives them, <see cref="Dimension"/> floats, all segments side by side.</param>
    public void Weights(ReadOnlySpan<byte> record, Span<float> weights) => RowRecord.Unpack(_weights, record[_headerBytes..], weights);
}
