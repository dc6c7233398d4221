using System.Buffers.Binary;

namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// Counted ids of one partition as bytes, in ascending order; little-endian: version, whether periods follow, how many bits choose a map,
/// the map's capacity and count, and then each id.
/// </summary>
/// <param name="hasPeriods">Whether ids also have a period.</param>
/// <param name="mapBits">How many bits of a mixed id choose its map.</param>
internal sealed class PendingIdRecord(bool hasPeriods, int mapBits)
{
    private const byte Version = 1;
    private const int HeaderBytes = 12;
    private const int MostIds = 4096;

    private byte[] _bytes = [];
    private ulong _last;
    private int _count;

    private int IdBytes => hasPeriods ? 20 : 16;

    /// <summary>What a record tells of the map that its ids are of.</summary>
    public static (int Capacity, int Count) ShapeOf(PendingMap map) =>
        (Math.Min(map.Capacity, PendingMap.MostCapacity(map.Count)), map.Count);

    /// <summary>Writes an id in a record of its own, past those that were added.</summary>
    public void WriteAlone(AdmissionStateWriter writer, (int Capacity, int Count) shape, ulong mixedId, in PendingId id, uint period)
    {
        Span<byte> record = stackalloc byte[HeaderBytes + IdBytes];
        WriteId(record[HeaderBytes..], mixedId, in id, period);
        Write(writer, shape, mixedId, record);
    }

    /// <summary>Adds an id to the record; writes those before it where it belongs to another.</summary>
    public void Add(AdmissionStateWriter writer, (int Capacity, int Count) shape, ulong mixedId, in PendingId id, uint period)
    {
        var isNext = mixedId > _last && AdmissionContext.PartitionOf(mixedId) == AdmissionContext.PartitionOf(_last);
        if (_count == MostIds || !isNext) Flush(writer, shape);
        if (_bytes.Length == 0) _bytes = new byte[HeaderBytes + MostIds * IdBytes];
        WriteId(_bytes.AsSpan(HeaderBytes + _count * IdBytes, IdBytes), mixedId, in id, period);
        _last = mixedId;
        _count++;
    }

    public void Flush(AdmissionStateWriter writer, (int Capacity, int Count) shape)
    {
        if (_count == 0) return;
        Write(writer, shape, _last, _bytes.AsSpan(0, HeaderBytes + _count * IdBytes));
        _count = 0;
    }

    /// <summary>The capacity of the map that a record was read from; 0 where maps were cut differently.</summary>
    public int CapacityOf(ReadOnlySpan<byte> record) => record[2] == mapBits ? BinaryPrimitives.ReadInt32LittleEndian(record[4..]) : 0;

    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public (ulong MixedId, int Count, uint LastSeen, uint Period)[] Read(ulong mixedId, ReadOnlySpan<byte> record)
    {
        if (record.Length <= HeaderBytes || record[0] != Version || record[1] != (hasPeriods ? 1 : 0) || record[2] > 10 || record[3] != 0
            || (record.Length - HeaderBytes) % IdBytes != 0)
        {
            throw new InvalidDataException(
                $"A record of {record.Length} bytes is not one of counted ids {(hasPeriods ? "with" : "without")} periods, "
                + $"version {Version}.");
        }
        var (capacity, count) = (BinaryPrimitives.ReadInt32LittleEndian(record[4..]), BinaryPrimitives.ReadInt32LittleEndian(record[8..]));
        if (count < 1 || capacity < count || capacity > PendingMap.MostCapacity(count))
            throw new InvalidDataException($"A record of counted ids is of a map of {count} in {capacity} places, which there cannot be.");
        var ids = new (ulong MixedId, int Count, uint LastSeen, uint Period)[(record.Length - HeaderBytes) / IdBytes];
        for (var i = 0; i < ids.Length; i++)
        {
            var place = record.Slice(HeaderBytes + i * IdBytes, IdBytes);
            ids[i] = (BinaryPrimitives.ReadUInt64LittleEndian(place), BinaryPrimitives.ReadInt32LittleEndian(place[8..]),
                BinaryPrimitives.ReadUInt32LittleEndian(place[12..]),
                hasPeriods ? BinaryPrimitives.ReadUInt32LittleEndian(place[16..]) : 0);
            var isNext = i == 0 || ids[i].MixedId > ids[i - 1].MixedId;
            if (!isNext || ids[i].Count < 1 || AdmissionContext.PartitionOf(ids[i].MixedId) != AdmissionContext.PartitionOf(mixedId))
                throw new InvalidDataException(
                    $"Counted id {i} of a record is out of order, of another partition, or counted {ids[i].Count} times.");
        }
        return ids;
    }

    private void WriteId(Span<byte> place, ulong mixedId, in PendingId id, uint period)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(place, mixedId);
        BinaryPrimitives.WriteInt32LittleEndian(place[8..], id.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(place[12..], id.LastSeen);
        if (hasPeriods) BinaryPrimitives.WriteUInt32LittleEndian(place[16..], period);
    }

    private void Write(AdmissionStateWriter writer, (int Capacity, int Count) shape, ulong mixedId, Span<byte> record)
    {
        (record[0], record[1], record[2], record[3]) = (Version, hasPeriods ? (byte)1 : (byte)0, (byte)mapBits, 0);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], shape.Capacity);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], shape.Count);
        writer.Write(AdmissionContext.FirstMixedId(AdmissionContext.PartitionOf(mixedId)), record);
    }
}
