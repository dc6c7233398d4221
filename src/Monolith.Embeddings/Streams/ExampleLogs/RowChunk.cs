using System.Buffers;
using System.Buffers.Binary;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// Some consecutive rows of a log as bytes, each after its length in 4 bytes. Used again for other rows. Used by one thread at a time.
/// </summary>
internal sealed class RowChunk : IBufferWriter<byte>
{
    public const int LengthBytes = sizeof(int);

    private byte[] _bytes = new byte[1 << 12];

    /// <summary>The number of the first row in the log.</summary>
    public long FirstRow { get; private set; }

    public int Rows { get; private set; }

    public long EndRow => FirstRow + Rows;

    public int Length { get; private set; }

    /// <summary>The least and the greatest event time of the rows.</summary>
    public TimeSpanOfRows Times { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Forgets what it held.</summary>
    public void Begin(long firstRow) => (FirstRow, Rows, Length, Times) = (firstRow, 0, 0, TimeSpanOfRows.None);

    /// <summary>Appends a row of a batch.</summary>
    /// <exception cref="ExampleSourceException">It is longer than a file holds; nothing was appended.</exception>
    public void Append(ExampleRowFormat format, ExampleBatch batch, int row)
    {
        var start = Length;
        GetSpan(LengthBytes);
        Length += LengthBytes;
        var length = format.Write(batch, row, this);
        if (length > RowBlock.MaxRowBytes)
        {
            Length = start;
            throw new ExampleSourceException($"Row {FirstRow + Rows} of the example log would take {length} bytes; a row has at most "
                + $"{RowBlock.MaxRowBytes}. Give its slots a smaller maxIds.");
        }
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start), length);
        Count(batch.EventTimesMilliseconds[row]);
    }

    /// <summary>Appends a row that was read from a file.</summary>
    public void Append(ReadOnlySpan<byte> row)
    {
        BinaryPrimitives.WriteInt32LittleEndian(GetSpan(LengthBytes), row.Length);
        Length += LengthBytes;
        row.CopyTo(GetSpan(row.Length));
        Length += row.Length;
        Count(ExampleRowFormat.EventTimeOf(row));
    }

    /// <summary>Forgets the rows that have a forgotten id.</summary>
    /// <param name="forgetting">Knows them.</param>
    /// <param name="reader">Reads the rows.</param>
    /// <param name="firstRow">The number of the first row from now on; null where each keeps its number, and forgotten rows take a
    /// place.</param>
    /// <returns>How many there were.</returns>
    public long Forget(RowForgetting forgetting, ExampleRowReader reader, long? firstRow = null)
    {
        var (count, rows, length) = (Rows, _bytes, Length);
        var found = forgetting.Count(reader, Bytes, count);
        if (found == 0 && firstRow is null) return 0;
        _bytes = new byte[Math.Max(1, length)];
        Begin(firstRow ?? FirstRow);
        forgetting.Copy(reader, rows.AsSpan(0, length), count, keepsPlaces: firstRow is null, Append);
        return found;
    }

    public void Advance(int count) => Length += count;

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (Length + (long)sizeHint > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(Length + (long)sizeHint, 2L * _bytes.Length)));
        return _bytes.AsSpan(Length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return _bytes.AsMemory(Length);
    }

    private void Count(long time)
    {
        Rows++;
        Times = Times.With(time);
    }
}
