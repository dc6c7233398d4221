using System.Buffers.Binary;

namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// A partition of a sketch as bytes, little-endian: version, layout, the partition's times, and its lines as they lie in memory.
/// </summary>
internal readonly record struct SketchRecord(SketchLayout Layout, int Lines)
{
    private const byte Version = 1;
    private const int HeaderBytes = 20;

    public void Write(AdmissionStateWriter writer, int number, in SketchPartition partition, ReadOnlySpan<byte> lines)
    {
        var record = new byte[HeaderBytes + lines.Length];
        WriteLayout(record);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), partition.NewestEvent);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12), partition.Mark);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(16), partition.Period);
        lines.CopyTo(record.AsSpan(HeaderBytes));
        writer.Write(AdmissionContext.FirstMixedId(number), record);
    }

    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public (SketchPartition Partition, byte[] Lines) Read(ulong mixedId, ReadOnlySpan<byte> record)
    {
        Span<byte> expected = stackalloc byte[8];
        WriteLayout(expected);
        if (record.Length != HeaderBytes + Lines * SketchLayout.LineBytes || !record.StartsWith(expected))
            throw new InvalidDataException(
                $"A record of {record.Length} bytes is not one of a sketch of {Lines} lines a partition with signatures of "
                + $"{8 * Layout.SignatureBytes} bits and counters of {Layout.CounterBits}, version {Version}.");
        if (mixedId != AdmissionContext.FirstMixedId(AdmissionContext.PartitionOf(mixedId)))
            throw new InvalidDataException($"A sketch's record stands under a partition's lowest mixed id, not under {mixedId}.");
        var partition = new SketchPartition
        {
            NewestEvent = BinaryPrimitives.ReadUInt32LittleEndian(record[8..]),
            Mark = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]),
            Period = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]),
        };
        var lines = record[HeaderBytes..].ToArray();
        for (var start = 0; start < lines.Length; start += SketchLayout.LineBytes)
        {
            var line = new SketchLine(lines.AsSpan(start, SketchLayout.LineBytes), Layout);
            if (!line.IsWellFormed())
                throw new InvalidDataException($"Line {start / SketchLayout.LineBytes} of a sketch's record is damaged.");
            partition.Count += line.Count;
        }
        if (partition.Count == 0 || partition.Mark > partition.NewestEvent)
            throw new InvalidDataException("A sketch's record remembers no id, or a mark in time that was not reached.");
        return (partition, lines);
    }

    private void WriteLayout(Span<byte> record)
    {
        (record[0], record[1], record[2], record[3]) =
            (Version, (byte)Layout.SignatureBytes, (byte)Layout.CounterBits, (byte)Layout.Entries);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], Lines);
    }
}
