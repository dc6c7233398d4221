using System.Buffers.Binary;
using System.IO.Hashing;

namespace Monolith.Embeddings.Kafka.Deltas.Messages;

/// <summary>
/// The bytes of a message, version 1, little-endian: magic 4, version 1, kind 1, zero 2, chain 16, publisher 16, sequence 8, incarnation 8,
/// number 8, commit 16, partitions 4, index 4, count 4, file length 8, number of runs 4, length of the commit's text 4; for each run offset
/// 8 and length 4; the commit's text; the bytes of the runs; and an XXH3 of all bytes before, 8.
/// </summary>
internal static class DeltaMessageFormat
{
    public const int HeaderBytes = 108, RunBytes = 12, ChecksumBytes = 8;

    public const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "MLDM"u8;

    /// <summary>The length of a message.</summary>
    public static int BytesOf(DeltaMessage message) =>
        HeaderBytes + (message.Runs.Count * RunBytes) + message.CommitText.Length + message.Payload.Length + ChecksumBytes;

    /// <summary>Writes a message.</summary>
    public static byte[] Write(DeltaMessage message)
    {
        var bytes = new byte[BytesOf(message)];
        Magic.CopyTo(bytes);
        (bytes[4], bytes[5]) = (Version, (byte)message.Kind);
        message.Chain.TryWriteBytes(bytes.AsSpan(8));
        message.Publisher.TryWriteBytes(bytes.AsSpan(24));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), message.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(48), message.Incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(56), message.Number);
        message.Commit.TryWriteBytes(bytes.AsSpan(64));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(80), message.Partitions);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(84), message.Index);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(88), message.Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(92), message.FileLength);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(100), message.Runs.Count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(104), message.CommitText.Length);
        var at = HeaderBytes;
        foreach (var run in message.Runs)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), run.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + sizeof(long)), run.Length);
            at += RunBytes;
        }
        message.CommitText.Span.CopyTo(bytes.AsSpan(at));
        message.Payload.Span.CopyTo(bytes.AsSpan(at + message.CommitText.Length));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - ChecksumBytes), ChecksumOf(bytes));
        return bytes;
    }

    /// <summary>Reads a message, and keeps its bytes.</summary>
    /// <param name="bytes">A message's value; null for none.</param>
    /// <returns>The message, or null and why it is none.</returns>
    public static (DeltaMessage? Message, string Problem) Read(byte[]? bytes)
    {
        if (bytes is null) return (null, "it has no value");
        var isOne = bytes.Length >= HeaderBytes + ChecksumBytes && bytes.AsSpan().StartsWith(Magic);
        if (!isOne) return (null, "it is no delta of this library");
        if (bytes[4] != Version) return (null, $"it is of version {bytes[4]}, and this library reads version {Version}");
        var stored = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(bytes.Length - ChecksumBytes));
        if (stored != ChecksumOf(bytes)) return (null, "its bytes were changed");
        var runs = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(100));
        var text = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(104));
        var payload = bytes.Length - HeaderBytes - ChecksumBytes - ((long)runs * RunBytes) - text;
        if (bytes[5] > (byte)DeltaMessageKind.Announcement || runs < 0 || text < 0 || payload < 0)
            return (null, "its parts do not fit its length");
        var start = HeaderBytes + (runs * RunBytes);
        var message = new DeltaMessage
        {
            Kind = (DeltaMessageKind)bytes[5],
            Chain = new Guid(bytes.AsSpan(8, 16)),
            Publisher = new Guid(bytes.AsSpan(24, 16)),
            Sequence = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(40)),
            Incarnation = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(48)),
            Number = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(56)),
            Commit = new Guid(bytes.AsSpan(64, 16)),
            Partitions = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(80)),
            Index = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(84)),
            Count = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(88)),
            FileLength = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(92)),
            CommitText = bytes.AsMemory(start, text),
            Runs = ReadRuns(bytes, runs),
            Payload = bytes.AsMemory(start + text, (int)payload),
        };
        return Fits(message) ? (message, "") : (null, "its numbers contradict one another");
    }

    private static ulong ChecksumOf(byte[] bytes) => XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - ChecksumBytes));

    private static DeltaRun[] ReadRuns(byte[] bytes, int count)
    {
        var runs = new DeltaRun[count];
        for (var i = 0; i < count; i++)
        {
            var at = bytes.AsSpan(HeaderBytes + (i * RunBytes), RunBytes);
            runs[i] = new DeltaRun(BinaryPrimitives.ReadInt64LittleEndian(at), BinaryPrimitives.ReadInt32LittleEndian(at[sizeof(long)..]));
        }
        return runs;
    }

    private static bool Fits(DeltaMessage message)
    {
        if (message.Kind == DeltaMessageKind.Announcement) return message.Runs.Count == 0 && message.Payload.IsEmpty;
        if (message.Index < 0 || message.Index >= message.Count || message.Partitions < 1) return false;
        if (message.CommitText.IsEmpty != (message.Index > 0)) return false;
        var (bytes, isWithin) = (0L, true);
        foreach (var run in message.Runs)
        {
            isWithin &= run.Length > 0 && run.Offset >= 0 && run.Offset <= message.FileLength - run.Length;
            bytes += run.Length;
        }
        return isWithin && bytes == message.Payload.Length;
    }
}
