using System.Buffers.Binary;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>Changes a file in one place, as no writer would.</summary>
internal static class SnapshotNonsense
{
    private static readonly uint[] Numbers = [0, 1, 2, 255, 1 << 20, int.MaxValue, uint.MaxValue - 1, uint.MaxValue];

    public static void Change(SnapshotCopy file, Random random)
    {
        var at = random.Next(file.Blocks.Count);
        var block = file.Blocks[at];
        switch (random.Next(12))
        {
            case 0: file.Blocks[at] = block with { First = Key(block.First, random) }; break;
            case 1: file.Blocks[at] = block with { Last = Key(block.Last, random) }; break;
            case 2: file.Blocks[at] = block with { Items = random.Next(2) == 0 ? Number(random) : (uint)random.Next(20) }; break;
            case 3: file.Blocks[at] = block with { Section = random.Next(file.Sections.Count) }; break;
            case 4: file.Blocks.Insert(random.Next(file.Blocks.Count), block); break;
            case 5 when file.Blocks.Count > 1: file.Blocks.RemoveAt(at); break;
            case 6: (file.Blocks[at], file.Blocks[0]) = (file.Blocks[0], block); break;
            case 7: file.Blocks[at] = block with { Payload = Resize(block.Payload, random) }; break;
            case 8 when random.Next(8) == 0: file.Sections[random.Next(file.Sections.Count)] = $"tables/{random.Next(3)}/rows"; break;
            case 9 when random.Next(8) == 0: file.Header = file.Header with { Kind = (SnapshotFileKind)random.Next(1, 5) }; break;
            default: file.Blocks[at] = block with { Payload = Change(block.Payload, random) }; break;
        }
    }

    private static byte[] Change(byte[] payload, Random random)
    {
        var bytes = payload.ToArray();
        var at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = (byte)random.Next(256); break;
            case 2:
                var word = at & ~3;
                if (word + 4 <= bytes.Length)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(
                        bytes.AsSpan(word), random.Next(3) == 0 ? (uint)random.Next(64) : Number(random));
                }
                break;
            default: bytes.AsSpan(random.Next(bytes.Length), 1).CopyTo(bytes.AsSpan(at)); break;
        }
        return bytes;
    }

    private static byte[] Resize(byte[] payload, Random random) => random.Next(3) switch
    {
        0 => payload[..random.Next(1, payload.Length + 1)],
        1 => [.. payload, .. payload],
        _ => [.. payload, .. new byte[random.Next(1, 30)]],
    };

    private static ulong Key(ulong key, Random random) =>
        random.Next(4) switch { 0 => 0, 1 => ulong.MaxValue, 2 => key ^ (1ul << random.Next(64)), _ => (ulong)random.NextInt64() };

    private static uint Number(Random random) => Numbers[random.Next(Numbers.Length)];
}
