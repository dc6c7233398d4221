using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Tests.Snapshots.Files;

public sealed class SnapshotContainerTests
{
    [Test]
    public void What_was_written_is_read()
    {
        var (bytes, entry) = TestSnapshot.Make();
        Assert.That((entry.Length, entry.Crc32C), Is.EqualTo((bytes.LongLength, Crc32C.Hash(bytes))));
        using var reader = TestSnapshot.Open(bytes, entry);
        reader.Verify(threads: 2);
        Assert.Multiple(() =>
        {
            Assert.That(reader.Header with { SchemaFingerprint = default, PlugIns = [] },
                Is.EqualTo(TestSnapshot.Header with { SchemaFingerprint = default, PlugIns = [] }));
            Assert.That(reader.Header.SchemaFingerprint.ToArray(), Is.EqualTo(TestSnapshot.Header.SchemaFingerprint.ToArray()));
            Assert.That(reader.Header.PlugIns, Is.EqualTo(TestSnapshot.Header.PlugIns));
            Assert.That(reader.Sections, Is.EqualTo(
                new SnapshotSection[] { new("rows/users", 2, 7), new("rows/items", 1, 1), new("position", 1, 26), new("metrics", 0, 0) }));
            Assert.That(reader.BlocksOf("rows/users"), Is.EqualTo(new[] { 0, 2 }));
            Assert.That(reader.Blocks[2] is { First: 100, Last: ulong.MaxValue, Items: 3 });
            Assert.That(reader.Read([2]).Select(block => block.Payload.ToArray()), Is.EqualTo(new[] { TestSnapshot.Rows(48, 3) }));
            Assert.That(Bytes(reader, "position"), Is.EqualTo(TestSnapshot.Position));
            Assert.That(Bytes(reader, "metrics"), Is.Empty);
        });
    }

    [TestCase(1)]
    [TestCase(1 << 18)]
    [TestCase((1 << 18) + 1)]
    [TestCase(3_000_000)]
    public void Bytes_of_any_length_go_through_in_pieces_of_any_size(int length)
    {
        var (content, file) = (TestSnapshot.Rows(length, 5), new MemoryStream());
        var writer = new SnapshotWriter(file, TestSnapshot.Header);
        using (var section = writer.AddByteSection("model"))
        {
            for (int at = 0, step = 1; at < length; at += step, step = (step * 3) + 1)
                section.Write(content, at, Math.Min(step, length - at));
        }
        var entry = writer.Complete("a");
        using var reader = TestSnapshot.Open(file.ToArray(), entry);
        Assert.That(Bytes(reader, "model").AsSpan().SequenceEqual(content));
        Assert.That(entry.Crc32C, Is.EqualTo(Crc32C.Hash(file.ToArray())));
    }

    [Test]
    public void More_blocks_than_a_part_of_the_directory_holds_are_read()
    {
        const int Blocks = (SnapshotFormat.MaxPayloadBytes / BlockEntry.TableBytes) + 5;
        using var file = new MemoryStream();
        var writer = new SnapshotWriter(file, TestSnapshot.Header);
        var section = writer.AddSection("rows");
        for (var i = 0; i < Blocks; i++) writer.WriteBlock(section, (ulong)i, (ulong)i, 1, BitConverter.GetBytes(i));
        writer.Complete("a");
        using var reader = TestSnapshot.Open(file.ToArray());
        reader.Verify();
        Assert.That(reader.Blocks, Has.Count.EqualTo(Blocks));
        Assert.That(reader.Read([Blocks - 1]).Select(block => BitConverter.ToInt32(block.Payload.Span)), Is.EqualTo(new[] { Blocks - 1 }));
    }

    [Test]
    public void A_full_block_is_the_longest()
    {
        var writer = new SnapshotWriter(Stream.Null, TestSnapshot.Header);
        var section = writer.AddSection("rows");
        writer.WriteBlock(section, 0, 0, 1, new byte[SnapshotFormat.MaxPayloadBytes]);
        Assert.That(() => writer.WriteBlock(section, 0, 0, 1, new byte[SnapshotFormat.MaxPayloadBytes + 1]),
            Throws.InstanceOf<ArgumentException>());
        Assert.That(() => writer.WriteBlock(section, 0, 0, 1, []), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => writer.WriteBlock(section, 1, 0, 1, [1]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => writer.AddSection("rows"), Throws.ArgumentException);
        Assert.That(() => writer.AddSection(""), Throws.ArgumentException);
    }

    [Test]
    public void Two_files_of_the_same_shape_have_different_checksums()
    {
        var (one, other) = (TestSnapshot.Make(seed: 1), TestSnapshot.Make(seed: 10));
        Assert.That(other.Entry.Length, Is.EqualTo(one.Entry.Length));
        Assert.That(() => TestSnapshot.Open(other.Bytes, one.Entry),
            Throws.TypeOf<SnapshotException>().With.Message.Contains($"{one.Entry.Crc32C:x8}"));
    }

    [Test]
    public void A_section_that_is_missing_or_unknown_is_told()
    {
        using var reader = TestSnapshot.Open(TestSnapshot.Make().Bytes);
        reader.RequireSections("rows/users", "rows/items", "position", "metrics");
        Assert.That(
            () => reader.RequireSections("rows/users", "model"), Throws.TypeOf<SnapshotException>().With.Message.Contains("'model'"));
        Assert.That(() => reader.RequireSections("rows/users", "rows/items", "position"),
            Throws.TypeOf<SnapshotException>().With.Message.Contains("'metrics'"));
        Assert.That(() => reader.OpenByteSection("rows/users"), Throws.TypeOf<SnapshotException>().With.Message.Contains("rows/users"));
    }

    [Test]
    public void Another_version_is_told_as_such()
    {
        var (bytes, _) = TestSnapshot.Make();
        bytes[8] = 2;
        var refusal = Assert.Throws<SnapshotException>(() => TestSnapshot.Open(bytes))!;
        Assert.That((refusal.Fault, refusal.File, refusal.Expected), Is.EqualTo((SnapshotFault.Mismatch, "delta-1", "format version 1")));
    }

    [Test]
    public void A_header_that_cannot_be_is_not_written()
    {
        var good = TestSnapshot.Header;
        SnapshotHeader[] wrong =
        [
            good with { From = 23 }, good with { Kind = SnapshotFileKind.Full }, good with { Incarnation = 0 }, good with { Kind = 0 },
            good with { SchemaFingerprint = new byte[257] }, good with { PlugIns = [new("a", "b"), new("a", "c")] },
            good with { PlugIns = [new(new string('a', 257), "b")] },
        ];
        foreach (var header in wrong) Assert.That(() => new SnapshotWriter(Stream.Null, header), Throws.ArgumentException, $"{header}");
    }

    private static byte[] Bytes(SnapshotReader reader, string section)
    {
        using var bytes = new MemoryStream();
        using var stream = reader.OpenByteSection(section);
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
