using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>Whatever was done to the bytes of a NumPy file, it is read or refused in one way, and little memory is asked for.</summary>
public class NpzFuzzTests : LeakChecked
{
    private const long MostAllocated = 1 << 20;

    [Test]
    public void Every_length_and_every_byte_is_read_or_refused()
    {
        var good = NpzFiles.Golden("numpy-versions.npz").ToArray();
        using var table = ExchangeTable.Create();
        for (var length = 0; length < good.Length; length++) Assert.That(Reads(table, good[..length]), Is.False, $"cut to {length} bytes");
        foreach (var pattern in new byte[] { 0xFF, 0x01, 0x80 })
        {
            for (var at = 0; at < good.Length; at++)
            {
                var bytes = good.ToArray();
                bytes[at] ^= pattern;
                Reads(table, bytes);
            }
        }
    }

    [Test]
    public void Random_damage_is_read_or_refused() => Fuzz(10_000);

    [Test, Category("Long"), Explicit("Takes minutes.")]
    public void Much_random_damage_is_read_or_refused() => Fuzz(1_000_000);

    private static void Fuzz(int inputs)
    {
        using var table = ExchangeTable.Create();
        byte[][] good = [NpzFiles.Golden("numpy-savez.npz").ToArray(), NpzFiles.Golden("numpy-versions.npz").ToArray(), Plain(table)];
        var (random, refused) = (new Random(3), 0);
        for (var i = 0; i < inputs; i++) refused += Reads(table, Damage(good[i % good.Length], random)) ? 0 : 1;
        Assert.That(refused, Is.GreaterThan(inputs / 2));
    }

    private static byte[] Plain(EmbeddingTable table)
    {
        using var file = new MemoryStream();
        TableExport.WriteNpzAsync(table, file).GetAwaiter().GetResult();
        return file.ToArray();
    }

    private static byte[] Damage(byte[] good, Random random)
    {
        var bytes = good.ToArray();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2:
                    var number = BitConverter.GetBytes(random.Next(3) switch { 0 => -1, 1 => int.MaxValue, _ => random.Next() });
                    number.AsSpan(0, Math.Min(4, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
                    break;
                case 3 when random.Next(4) == 0: bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]]; break;
                default: bytes[at] = (byte)"0123456789 ,()'{}<>"[random.Next(19)]; break;
            }
        }
        return bytes;
    }

    private static bool Reads(EmbeddingTable table, byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            // On this thread, so that what it allocates is counted.
            using var file = new NpzFile(new MemoryStream(bytes));
            using var rows = new NpzRows(file, table);
            rows.ForEach(0, _ => true, CancellationToken.None);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.That(allocated, Is.LessThan(MostAllocated));
        }
    }
}
