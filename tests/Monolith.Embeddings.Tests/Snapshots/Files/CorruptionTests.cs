using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Tests.Snapshots.Files;

/// <summary>
/// Whatever was done to the bytes, a reader refuses them by a <see cref="SnapshotException"/>, and asks for little memory.
/// </summary>
public sealed class CorruptionTests
{
    private static readonly List<(int Start, int Length)> WholeParts = TestSnapshot.Parts(TestSnapshot.Make().Bytes);

    [Test]
    public void Every_bit_and_every_length_of_a_file_counts() =>
        AssertEveryDamageIsRefused(TestSnapshot.Make().Bytes, bytes => TestSnapshot.ReadAll(bytes));

    [Test]
    public void Every_bit_and_every_length_of_a_manifest_counts() =>
        AssertEveryDamageIsRefused(TestChain.Manifest().ToBytes(), bytes => SnapshotManifest.Parse(bytes));

    [Test]
    public void Whole_blocks_that_change_places_are_refused()
    {
        var (bytes, _) = TestSnapshot.Make();
        var parts = TestSnapshot.Parts(bytes);
        var (first, second, third) = (parts[1], parts[2], parts[3]);
        byte[] moved = [.. bytes[..first.Start], .. Part(third), .. Part(second), .. Part(first), .. bytes[(third.Start + third.Length)..]];
        Assert.That(moved, Has.Length.EqualTo(bytes.Length));
        AssertRefused(moved, b => TestSnapshot.ReadAll(b), "blocks exchanged");

        byte[] Part((int Start, int Length) part) => bytes[part.Start..(part.Start + part.Length)];
    }

    [Test]
    public void Random_damage_is_refused() => Fuzz(100_000);

    [Test, Category("Long"), Explicit("Takes minutes.")]
    public void Much_random_damage_is_refused() => Fuzz(1_000_000);

    private static void AssertEveryDamageIsRefused(byte[] good, Action<byte[]> read)
    {
        Assert.That(good, Has.Length.LessThan(4096));
        Assert.That(() => read(good), Throws.Nothing);
        for (var length = 0; length < good.Length; length++) AssertRefused(good[..length], read, $"cut to {length} bytes");
        foreach (var tail in new byte[] { 0, (byte)'\n', 0xFF }) AssertRefused([.. good, tail], read, $"with {tail} appended");
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var damaged = good.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(damaged, read, $"bit {bit % 8} of byte {bit / 8} flipped");
        }
    }

    private static void AssertRefused(byte[] bytes, Action<byte[]> read, string what)
    {
        try
        {
            read(bytes);
        }
        catch (SnapshotException exception) when (exception.File.Length > 0 && exception.Expected.Length > 0 && exception.Found.Length > 0)
        {
            return;
        }
        Assert.Fail($"Not refused: {what}.");
    }

    // Half of the inputs get right checksums again, so that what lies behind these is tried as well.
    private static void Fuzz(int inputs)
    {
        var (random, refused) = (new Random(11), 0);
        var (file, manifest) = (TestSnapshot.Make().Bytes, TestChain.Manifest().ToBytes());
        for (var i = 0; i < inputs; i++)
        {
            var ofFile = i % 2 == 0;
            var bytes = Damage(ofFile ? file : manifest, random);
            if (random.Next(2) == 0) Reseal(bytes, ofFile);
            var (isRead, allocated) = Measure(bytes, ofFile);
            // What the runtime itself makes at the first use of something, it does not make again; what the input makes the reader ask for,
            // it does.
            if (allocated > Limit(bytes)) allocated = Measure(bytes, ofFile).Allocated;
            if (allocated > Limit(bytes)) Assert.Fail($"Input {i} of {bytes.Length} bytes made the reader ask for {allocated} bytes.");
            refused += isRead ? 0 : 1;
        }
        Assert.That(refused, Is.InRange(inputs * 8L / 10, inputs - 1),
            "Most damage is refused, but a few changes under right checksums mean something.");
    }

    private static long Limit(byte[] bytes) => 32_768 + (16 * bytes.Length);

    private static (bool IsRead, long Allocated) Measure(byte[] bytes, bool ofFile)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRead = Read(bytes, ofFile);
        return (isRead, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool Read(byte[] bytes, bool ofFile)
    {
        try
        {
            if (ofFile) TestSnapshot.ReadAll(bytes);
            else SnapshotManifest.Parse(bytes);
            return true;
        }
        catch (SnapshotException)
        {
            return false;
        }
    }

    private static byte[] Damage(byte[] good, Random random)
    {
        var bytes = good.ToArray();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2:
                    var number = BitConverter.GetBytes(random.Next(4) switch { 0 => 0, 1 => -1, 2 => int.MaxValue, _ => random.Next() });
                    number.AsSpan(0, Math.Min(4, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
                    break;
                case 3: bytes.AsSpan(random.Next(bytes.Length), 1).CopyTo(bytes.AsSpan(at)); break;
                case 4 when random.Next(4) == 0: bytes = bytes[..Math.Max(1, at)]; break;
                case 5 when random.Next(4) == 0: bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]]; break;
                default: bytes.AsSpan(at, Math.Min(8, bytes.Length - at)).Reverse(); break;
            }
        }
        return bytes;
    }

    private static void Reseal(byte[] bytes, bool ofFile)
    {
        if (!ofFile)
        {
            if (ManifestFormat.ChecksumStart(bytes) >= 0)
                ManifestFormat.Digits(ManifestFormat.Checksum(bytes)).CopyTo(bytes, ManifestFormat.ChecksumStart(bytes));
            return;
        }
        foreach (var (start, length) in WholeParts)
        {
            if (start + length > bytes.Length) return;
            var part = bytes.AsSpan(start, length);
            BitConverter.TryWriteBytes(part[^4..], SnapshotFormat.Mask(Crc32C.Hash(part[..^4])));
        }
    }
}
