using System.Buffers.Binary;

namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>
/// The first bytes of an entry of the journal, little endian: how long all of it is (4), the kind (1), nothing (1), how long the key is
/// (2), the processing time (8). The key follows, and then the payload. Processing times never go down along a journal.
/// </summary>
/// <param name="Length">All bytes of the entry, these included.</param>
/// <param name="Kind">What it is.</param>
/// <param name="KeyLength">The bytes of its key.</param>
/// <param name="Time">
/// When it is processed, in Unix milliseconds: of an impression its event time, of an action that or later.
/// </param>
internal readonly record struct JoinEntryHead(int Length, JoinEntryKind Kind, int KeyLength, long Time)
{
    /// <summary>How many bytes it takes.</summary>
    public const int Bytes = 16;

    /// <summary>The longest key.</summary>
    public const int MaxKeyBytes = 4096;

    private const int KindAt = 4, KeyLengthAt = 6, TimeAt = 8;

    /// <summary>Where the payload begins.</summary>
    public int PayloadAt => Bytes + KeyLength;

    /// <summary>The bytes of the payload.</summary>
    public int PayloadLength => Length - PayloadAt;

    public static JoinEntryHead Read(ReadOnlySpan<byte> entry) => new(
        BinaryPrimitives.ReadInt32LittleEndian(entry), (JoinEntryKind)entry[KindAt],
        BinaryPrimitives.ReadUInt16LittleEndian(entry[KeyLengthAt..]), BinaryPrimitives.ReadInt64LittleEndian(entry[TimeAt..]));

    /// <summary>Whether an entry can be so: what is read from a file is not believed.</summary>
    public bool IsSound =>
        Kind is JoinEntryKind.Impression or JoinEntryKind.Action && KeyLength is > 0 and <= MaxKeyBytes && Length >= PayloadAt
        && (Kind == JoinEntryKind.Impression || PayloadLength == JoinedAction.Bytes);

    /// <summary>Changes when an entry is processed.</summary>
    public static void SetTime(Span<byte> entry, long time) => BinaryPrimitives.WriteInt64LittleEndian(entry[TimeAt..], time);

    public void Write(Span<byte> entry)
    {
        BinaryPrimitives.WriteInt32LittleEndian(entry, Length);
        (entry[KindAt], entry[KindAt + 1]) = ((byte)Kind, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[KeyLengthAt..], (ushort)KeyLength);
        BinaryPrimitives.WriteInt64LittleEndian(entry[TimeAt..], Time);
    }
}
