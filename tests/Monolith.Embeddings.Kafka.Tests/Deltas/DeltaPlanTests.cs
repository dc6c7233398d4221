using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Kafka.Deltas.Publishing;
using Monolith.Embeddings.Serving;

namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>Files are spread over messages of bounded size, so that each byte is in one of them, in the partition of its range.</summary>
public class DeltaPlanTests
{
    [Test]
    public void Each_byte_is_in_one_message_of_its_partition([Range(1, 60)] int seed)
    {
        var random = new Random(seed);
        var (pieces, offset) = (new List<DeltaPiece> { new() { Offset = 0, Length = random.Next(1, 200) } }, 0L);
        offset = pieces[0].Length;
        for (var left = random.Next(200); left > 0; left--)
        {
            // Some are longer than a message.
            var length = random.Next(10) == 0 ? random.Next(1, 30_000) : random.Next(1, 500);
            ulong? hash = random.Next(8) == 0 ? null : (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            pieces.Add(new() { Offset = offset, Length = length, FirstHash = hash });
            offset += length;
        }
        var (partitions, text, most) = (random.Next(1, 9), random.Next(1, 2000), random.Next(4096, 9000));
        var plan = DeltaPlan.Of(pieces, partitions, most, text);
        Assert.That(plan[0].Partition, Is.Zero);
        var owners = new int[offset];
        Array.Fill(owners, -1);
        foreach (var (message, i) in plan.Select((message, i) => (message, i)))
        {
            Assert.That(message.Runs, Is.Not.Empty);
            var bytes = DeltaMessageFormat.BytesOf(new DeltaMessage
            {
                Runs = message.Runs,
                Payload = new byte[message.Bytes],
                CommitText = new byte[i == 0 ? text : 0],
            });
            Assert.That(bytes, Is.LessThanOrEqualTo(most));
            foreach (var run in message.Runs)
            {
                for (var at = run.Offset; at < run.End; at++)
                {
                    Assert.That(owners[at], Is.EqualTo(-1));
                    owners[at] = message.Partition;
                }
            }
        }
        foreach (var piece in pieces)
        {
            var expected = piece.FirstHash is { } first ? HashRanges.PartitionOf(first, partitions) : 0;
            Assert.That(owners.AsSpan((int)piece.Offset, (int)piece.Length).IndexOfAnyExcept(expected), Is.EqualTo(-1));
        }
        // No more messages than three quarters full ones would be, and one open in each partition.
        var bound = plan.Sum(m => m.Bytes + (m.Runs.Count * DeltaMessageFormat.RunBytes)) / (most - 2200) * 4 / 3;
        Assert.That(plan, Has.Count.LessThanOrEqualTo(partitions + bound + 2));
    }
}
