using System.Buffers.Binary;

namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// Some lines of a sketch's partition as bytes, little-endian: version, layout, the partition's times, the number of the first line, and
/// the lines as they lie in memory. Lines that remember nothing need not be written. Version 1 held all lines of a partition, without a
/// number.
/// </summary>
/// <param name="Layout">How a line is cut.</param>
/// <param name="LinesPerPartition">How many lines a partition has.</param>
internal readonly record struct SketchRecord(SketchLayout Layout, int LinesPerPartition)
{
    /// <summary>The most lines that are written in one record: so few that it may lie on the stack.</summary>
    public const int MostLines = 64;

    private const byte Version = 2, VersionOfWholePartitions = 1;
    private const int LayoutBytes = 8, HeaderBytes = 24, HeaderBytesOfWholePartitions = 20;

    /// <summary>Writes lines.</summary>
    /// <param name="writer">Takes the record.</param>
    /// <param name="number">The partition's number.</param>
    /// <param name="partition">The partition's times.</param>
    /// <param name="first">The number of the first line in the partition.</param>
    /// <param name="lines">At most <see cref="MostLines"/> lines.</param>
    public void Write(AdmissionStateWriter writer, int number, in SketchPartition partition, int first, ReadOnlySpan<byte> lines)
    {
        Span<byte> buffer = stackalloc byte[HeaderBytes + MostLines * SketchLayout.LineBytes];
        var record = buffer[..(HeaderBytes + lines.Length)];
        WriteLayout(record, Version);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], partition.NewestEvent);
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], partition.Mark);
        BinaryPrimitives.WriteUInt32LittleEndian(record[16..], partition.Period);
        BinaryPrimitives.WriteInt32LittleEndian(record[20..], first);
        lines.CopyTo(record[HeaderBytes..]);
        writer.Write(AdmissionContext.FirstMixedId(number), record);
    }

    /// <summary>Reads lines.</summary>
    /// <returns>The times of their partition, with the number of ids in these lines; the number of the first line; the lines.</returns>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public (SketchPartition Partition, int First, byte[] Lines) Read(ulong mixedId, ReadOnlySpan<byte> record)
    {
        var (first, headerBytes) = ReadShape(record);
        if (mixedId != AdmissionContext.FirstMixedId(AdmissionContext.PartitionOf(mixedId)))
            throw new InvalidDataException($"A sketch's record stands under a partition's lowest mixed id, not under {mixedId}.");
        var partition = new SketchPartition
        {
            NewestEvent = BinaryPrimitives.ReadUInt32LittleEndian(record[8..]),
            Mark = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]),
            Period = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]),
        };
        var lines = record[headerBytes..].ToArray();
        for (var start = 0; start < lines.Length; start += SketchLayout.LineBytes)
        {
            var line = new SketchLine(lines.AsSpan(start, SketchLayout.LineBytes), Layout);
            if (!line.IsWellFormed())
                throw new InvalidDataException($"Line {first + start / SketchLayout.LineBytes} of a sketch's partition is damaged.");
            partition.Count += line.Count;
        }
        if (partition.Count == 0 || partition.Mark > partition.NewestEvent)
            throw new InvalidDataException("A sketch's record remembers no id, or a mark in time that was not reached.");
        return (partition, first, lines);
    }

    private (int First, int HeaderBytes) ReadShape(ReadOnlySpan<byte> record)
    {
        Span<byte> layout = stackalloc byte[LayoutBytes];
        WriteLayout(layout, VersionOfWholePartitions);
        if (record.StartsWith(layout) && record.Length == HeaderBytesOfWholePartitions + LinesPerPartition * (long)SketchLayout.LineBytes)
            return (0, HeaderBytesOfWholePartitions);
        WriteLayout(layout, Version);
        if (record.StartsWith(layout) && record.Length > HeaderBytes && (record.Length - HeaderBytes) % SketchLayout.LineBytes == 0)
        {
            var first = BinaryPrimitives.ReadInt32LittleEndian(record[20..]);
            var count = (record.Length - HeaderBytes) / SketchLayout.LineBytes;
            if (first >= 0 && first <= LinesPerPartition - count) return (first, HeaderBytes);
        }
        throw new InvalidDataException(
            $"A record of {record.Length} bytes is not one of a sketch of {LinesPerPartition} lines a partition with signatures of "
            + $"{8 * Layout.SignatureBytes} bits and counters of {Layout.CounterBits}, version {VersionOfWholePartitions} or {Version}.");
    }

    private void WriteLayout(Span<byte> record, byte version)
    {
        (record[0], record[1], record[2], record[3]) =
            (version, (byte)Layout.SignatureBytes, (byte)Layout.CounterBits, (byte)Layout.Entries);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], LinesPerPartition);
    }
}
