using System.Buffers.Binary;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Files;

/// <summary>
/// Rewrites a small zip file into the form of those beyond 4 GB, which a writer that does not know the length beforehand uses too.
/// </summary>
internal static class LargeZip
{
    private const int EndBytes = 22, EntryBytes = 46, ExtraBytes = 28;

    public static byte[] Of(byte[] zip)
    {
        var end = zip.AsSpan(zip.Length - EndBytes);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]), at = BinaryPrimitives.ReadInt32LittleEndian(end[16..]);
        var start = at;
        var bytes = new List<byte>(zip[..start]);
        for (var i = 0; i < count; i++)
        {
            var entry = zip.AsSpan(at, EntryBytes).ToArray();
            int name = BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(28)),
                extra = BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(30));
            var large = new byte[ExtraBytes];
            BinaryPrimitives.WriteUInt16LittleEndian(large, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(large.AsSpan(2), ExtraBytes - 4);
            foreach (var (from, to) in new[] { (24, 4), (20, 12), (42, 20) })
            {
                BinaryPrimitives.WriteInt64LittleEndian(large.AsSpan(to), BinaryPrimitives.ReadUInt32LittleEndian(entry.AsSpan(from)));
                BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(from), uint.MaxValue);
            }
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(30), ExtraBytes);
            bytes.AddRange(entry);
            bytes.AddRange(zip[(at + EntryBytes)..(at + EntryBytes + name)]);
            bytes.AddRange(large);
            at += EntryBytes + name + extra;
        }
        bytes.AddRange(Ends(count, start, bytes.Count));
        return [.. bytes];
    }

    private static byte[] Ends(int count, int start, int end)
    {
        var ends = new byte[56 + 20 + EndBytes];
        void Write(int at, long value, int size)
        {
            for (var i = 0; i < size; i++) ends[at + i] = (byte)(value >> (8 * i));
        }
        Write(0, 0x06064B50, 4);
        Write(4, 44, 8);
        Write(12, 45, 2);
        Write(14, 45, 2);
        Write(24, count, 8);
        Write(32, count, 8);
        Write(40, end - start, 8);
        Write(48, start, 8);
        Write(56, 0x07064B50, 4);
        Write(64, end, 8);
        Write(72, 1, 4);
        Write(76, 0x06054B50, 4);
        Write(84, 0xFFFF, 2);
        Write(86, 0xFFFF, 2);
        Write(88, uint.MaxValue, 4);
        Write(92, uint.MaxValue, 4);
        return ends;
    }
}
