using System.Buffers.Binary;
using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka.Processes.Training;

/// <summary>What the messages of these trainings hold: a number of its own, a user, an item, and whether it was clicked.</summary>
public readonly record struct TopicEvent(long Id, long User, long Item, bool Clicked, long TimeMilliseconds)
{
    private const int Bytes = 25;

    /// <summary>The event of a number: users, items, times and labels follow from it.</summary>
    public static TopicEvent Of(long id)
    {
        var mixed = Mix(id);
        var (user, item) = ((long)(mixed % 3000), (long)((mixed >> 20) % 900));
        return new(id, user, item, (mixed >> 40) % 10 < 3 + (ulong)(user & 3), 1_700_000_000_000 + (id * 20));
    }

    /// <summary>The partition that it is written to.</summary>
    public int PartitionOf(int partitions) => (int)(User % partitions);

    public Message<byte[], byte[]> ToMessage()
    {
        var value = new byte[Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(value, Id);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(8), User);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(16), Item);
        value[24] = Clicked ? (byte)1 : (byte)0;
        return new() { Value = value, Timestamp = new Timestamp(TimeMilliseconds, TimestampType.CreateTime) };
    }

    public static TopicEvent Read(ConsumeResult<byte[], byte[]> message)
    {
        var value = message.Message.Value;
        if (value is not { Length: Bytes }) throw new InvalidDataException($"It has {value?.Length ?? 0} bytes; an event has {Bytes}.");
        return new(BinaryPrimitives.ReadInt64LittleEndian(value), BinaryPrimitives.ReadInt64LittleEndian(value.AsSpan(8)),
            BinaryPrimitives.ReadInt64LittleEndian(value.AsSpan(16)), value[24] == 1, message.Message.Timestamp.UnixTimestampMs);
    }

    private static ulong Mix(long id)
    {
        var z = (ulong)id * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (z ^ (z >> 31)) & long.MaxValue;
    }
}
