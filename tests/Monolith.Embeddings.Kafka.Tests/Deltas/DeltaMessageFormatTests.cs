using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>The bytes of a message: what was written is read, and whatever was changed is refused.</summary>
public class DeltaMessageFormatTests
{
    [Test]
    public void What_was_written_is_read()
    {
        var written = Some();
        var (read, problem) = DeltaMessageFormat.Read(DeltaMessageFormat.Write(written));
        Assert.That(problem, Is.Empty);
        Assert.That(read!.Runs, Is.EqualTo(written.Runs));
        Assert.That(read.Payload.ToArray(), Is.EqualTo(written.Payload.ToArray()));
        Assert.That(read.CommitText.ToArray(), Is.EqualTo(written.CommitText.ToArray()));
        Assert.That(Numbers(read), Is.EqualTo(Numbers(written)));
    }

    [Test]
    public void Each_changed_bit_and_each_other_length_is_refused()
    {
        var bytes = DeltaMessageFormat.Write(Some());
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(DeltaMessageFormat.Read(bytes).Message, Is.Null, $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(DeltaMessageFormat.Read(bytes[..length]).Message, Is.Null, $"length {length}");
        Assert.That(DeltaMessageFormat.Read([.. bytes, 0]).Message, Is.Null);
        Assert.That(DeltaMessageFormat.Read(null).Message, Is.Null);
    }

    [TestCase(3, 3, 10, 0, 4, TestName = "Index_beyond_the_count")]
    [TestCase(-1, 3, 10, 0, 4, TestName = "Negative_index")]
    [TestCase(1, 3, 10, 8, 4, TestName = "Run_beyond_the_file")]
    [TestCase(1, 3, 10, -1, 4, TestName = "Run_before_the_file")]
    [TestCase(1, 3, 10, 0, 5, TestName = "Run_of_another_length_than_its_bytes")]
    public void Numbers_that_contradict_one_another_are_refused(int index, int count, int length, int offset, int run)
    {
        var message = new DeltaMessage
        {
            Index = index,
            Count = count,
            Partitions = 1,
            FileLength = length,
            Runs = [new DeltaRun(offset, run)],
            Payload = new byte[4],
        };
        Assert.That(DeltaMessageFormat.Read(DeltaMessageFormat.Write(message)).Message, Is.Null);
    }

    [Test]
    public void A_commit_comes_back_as_it_was()
    {
        var commit = new SnapshotCommit
        {
            Number = ulong.MaxValue,
            Id = Guid.NewGuid(),
            Parent = Guid.NewGuid(),
            Trainer = Guid.NewGuid(),
            Kind = SnapshotKind.Delta,
            Incarnation = 3,
            From = 4,
            To = ulong.MaxValue - 1,
            Created = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero),
            Rows = long.MaxValue,
            Tombstones = 2,
            Training = new() { Name = "t", Length = 5, Crc32C = uint.MaxValue },
            Serving = new() { Name = "s", Length = 6, Crc32C = 7 },
            ServedTables = [new() { Name = "users", From = 1, To = 2 }],
            IsHeld = true,
        };
        Assert.That(CommitText.Read(CommitText.Write(commit)), Is.EqualTo(commit));
        Assert.That(CommitText.Read("{}"u8.ToArray()), Is.Null);
    }

    [Test]
    public void Each_hash_belongs_to_the_partition_whose_key_is_the_greatest_not_above_it([Values(1, 2, 3, 7, 12, 64)] int partitions)
    {
        var random = new Random(partitions);
        ulong[] firsts = [.. Enumerable.Range(0, partitions).Select(p => HashRanges.FirstOf(p, partitions))];
        Assert.That(firsts, Is.Ordered.Ascending);
        var others = Enumerable.Range(0, 1000).Select(_ => (ulong)random.NextInt64() << 1);
        foreach (var hash in firsts.Concat(firsts.Select(first => unchecked(first - 1))).Concat(others))
            Assert.That(HashRanges.PartitionOf(hash, partitions), Is.EqualTo(firsts.Count(first => first <= hash) - 1), $"{hash:x16}");
    }

    private static DeltaMessage Some() => new()
    {
        Chain = Guid.NewGuid(),
        Publisher = Guid.NewGuid(),
        Sequence = 17,
        Incarnation = 3,
        Number = 99,
        Commit = Guid.NewGuid(),
        Partitions = 4,
        Index = 0,
        Count = 6,
        FileLength = 100,
        CommitText = "{}"u8.ToArray(),
        Runs = [new DeltaRun(0, 3), new DeltaRun(98, 2)],
        Payload = new byte[] { 1, 2, 3, 4, 5 },
    };

    private static object Numbers(DeltaMessage message) => (
        message.Kind, message.Chain, message.Publisher, message.Sequence, message.Incarnation, message.Number, message.Commit,
        (message.Partitions, message.Index, message.Count, message.FileLength));
}
