using System.Buffers.Binary;

namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>What a journal holds of an action beside its key.</summary>
/// <param name="EventTime">When it happened, in Unix milliseconds; at most its processing time.</param>
/// <param name="Task">The index of the task that it is a label of.</param>
/// <param name="Value">The label, not clamped yet; a number.</param>
internal readonly record struct JoinedAction(long EventTime, int Task, float Value)
{
    /// <summary>How many bytes it takes.</summary>
    public const int Bytes = sizeof(long) + sizeof(int) + sizeof(float);

    public static JoinedAction Read(ReadOnlySpan<byte> payload) => new(
        BinaryPrimitives.ReadInt64LittleEndian(payload), BinaryPrimitives.ReadInt32LittleEndian(payload[sizeof(long)..]),
        BinaryPrimitives.ReadSingleLittleEndian(payload[(sizeof(long) + sizeof(int))..]));

    public void Write(Span<byte> payload)
    {
        BinaryPrimitives.WriteInt64LittleEndian(payload, EventTime);
        BinaryPrimitives.WriteInt32LittleEndian(payload[sizeof(long)..], Task);
        BinaryPrimitives.WriteSingleLittleEndian(payload[(sizeof(long) + sizeof(int))..], Value);
    }
}
