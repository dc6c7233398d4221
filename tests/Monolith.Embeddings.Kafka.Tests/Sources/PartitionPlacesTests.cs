using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Tests.Sources;

/// <summary>Places in several logs, as positions of a stream.</summary>
public class PartitionPlacesTests
{
    [Test]
    public void Places_come_back_from_a_position_in_the_order_of_names([Range(0, 5)] int seed)
    {
        var random = new Random(seed);
        LogPosition[] places = [.. Enumerable.Range(0, random.Next(1, 40))
            .Select(i => new LogPosition($"log/{i}", random.NextInt64(), random.NextInt64()))];
        var made = new PartitionPlaces(places.OrderBy(_ => random.Next()));
        var read = PartitionPlaces.From(made.ToStreamPosition());
        Assert.That(read, Is.EqualTo(made));
        Assert.That(read.All, Is.EqualTo(places.OrderBy(place => place.Log, StringComparer.Ordinal)));
        Assert.That(places.Select(place => read.Find(place.Log)), Is.EqualTo(places));
        Assert.That(read.Find("log/none"), Is.Null);
    }

    [Test]
    public void The_start_is_the_start()
    {
        Assert.That(PartitionPlaces.Start.ToStreamPosition().IsStart);
        Assert.That(PartitionPlaces.From(StreamPosition.Start).IsStart);
    }

    [Test]
    public void A_log_stands_once_and_has_a_name()
    {
        Assert.That(() => new PartitionPlaces([new("a", 1), new("a", 2)]), Throws.ArgumentException.With.Message.StartsWith("Log 'a'"));
        Assert.That(() => new PartitionPlaces([default]), Throws.ArgumentException.With.Message.StartsWith("A log has no name."));
    }

    [Test]
    public void Other_positions_are_refused_wherever_they_are_cut()
    {
        var bytes = new PartitionPlaces([new("a", 1), new("b", 2)]).ToStreamPosition().Bytes;
        for (var length = 1; length < bytes.Length; length++)
        {
            var cut = new StreamPosition(bytes[..length]);
            Assert.That(
                () => PartitionPlaces.From(cut), Throws.ArgumentException.With.Message.Contains("a place in each of its partitions"));
        }
        Assert.That(() => PartitionPlaces.From(new LogPosition("a", 1).ToStreamPosition()), Throws.ArgumentException);
        Assert.That(() => LogPosition.From(new StreamPosition(bytes)), Throws.ArgumentException);
    }
}
