using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>Shuffled sources give each block whole, in an order of its own, and the same again from any position.</summary>
public class ShuffledSourceTests : LeakChecked
{
    private readonly SourceFixture _fixture = new();

    [Test]
    public async Task Every_block_is_given_whole_and_again_from_any_position([Range(0, 199)] int seed)
    {
        var random = new Random(seed);
        int? given = random.Next(3) == 0 ? null : random.Next(1, 10);
        await HoldsFor((random.Next(61), random.Next(1, 10), random.Next(1, 26), given, seed));
    }

    [Test]
    public async Task The_order_depends_on_seed_block_and_epoch()
    {
        var numbers = _fixture.Numbers(0, 40, 5);
        var first = await IdsAsync(numbers.Shuffled(20, seed: 1));
        Assert.Multiple(async () =>
        {
            Assert.That(first, Is.EqualTo(await IdsAsync(numbers.Shuffled(20, seed: 1))));
            Assert.That(first, Is.Not.EqualTo(await IdsAsync(numbers.Shuffled(20, seed: 2))));
            Assert.That(first[..20], Is.Not.EqualTo(first[20..].Select(id => id - 20)), "two blocks");
            var epochs = await IdsAsync(numbers.Shuffled(20, seed: 1).Epochs(3));
            Assert.That(epochs[..40], Is.EqualTo(first), "the first epoch");
            Assert.That(epochs[40..80], Is.Not.EqualTo(first), "the second epoch");
            Assert.That(epochs[80..], Is.Not.EqualTo(epochs[40..80]), "the third epoch");
            var parts = await IdsAsync(numbers.Shuffled(20, seed: 1).Then(numbers.Shuffled(20, seed: 1)).Epochs(2));
            Assert.That(parts[..40], Is.EqualTo(parts[40..80]), "two parts of one seed in an epoch");
            Assert.That(parts[80..120], Is.EqualTo(epochs[40..80]), "a part in the second epoch");
        });
    }

    [Test]
    public async Task Every_order_of_a_block_is_about_as_frequent()
    {
        var counts = new Dictionary<string, int>();
        for (ulong seed = 0; seed < 6000; seed++)
        {
            var order = string.Join(' ', await IdsAsync(_fixture.Numbers(0, 3, 1).Shuffled(3, seed)));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        // Six orders of 1,000 each, give or take six standard deviations.
        Assert.That(counts, Has.Count.EqualTo(6));
        Assert.That(counts.Values, Has.All.InRange(820, 1180));
    }

    [Test]
    public async Task A_block_that_was_begun_keeps_its_order_where_seed_and_sizes_change()
    {
        var numbers = _fixture.Numbers(0, 20, 5);
        var before = await _fixture.ReadAll(numbers.Shuffled(10, seed: 1));
        var after = await _fixture.ReadAll(numbers.Shuffled(20, seed: 7, batchSize: 3), before[0].Position);
        Assert.That(after.SelectMany(batch => batch.Ids).Take(5), Is.EqualTo(before[1].Ids));
        Assert.That(after.SelectMany(batch => batch.Ids).Order(), Is.EqualTo(before.Skip(1).SelectMany(batch => batch.Ids).Order()));
    }

    [Test]
    public async Task A_stream_that_grew_meanwhile_loses_nothing()
    {
        var before = await _fixture.ReadAll(_fixture.Numbers(0, 13, 5).Shuffled(10, seed: 1));
        var grown = _fixture.Numbers(0, 25, 5).Shuffled(10, seed: 1);
        var rest = await _fixture.ReadAll(grown, before[^1].Position);
        Assert.That(rest.SelectMany(batch => batch.Ids).Order(), Is.EqualTo(Enumerable.Range(13, 12)));
        // Its last block had three examples and one batch; now that batch has five.
        var amid = await _fixture.ReadAll(_fixture.Numbers(0, 13, 5).Shuffled(10, seed: 1, batchSize: 2));
        Assert.That(() => _fixture.ReadAll(grown, amid[^2].Position),
            Throws.InvalidOperationException.With.Message.Contains("Block 1 ").And.Message.Contains("had 3 examples, of which 2"));
    }

    [Test]
    public async Task A_source_is_told_where_the_block_begins_that_is_being_given()
    {
        var told = new List<StreamPosition>();
        var numbers = _fixture.Numbers(0, 20, 5);
        var plain = await _fixture.ReadAll(numbers);
        var source = new ToldSource(numbers, told).Shuffled(10, seed: 1);
        foreach (var (_, position) in await _fixture.ReadAll(source)) await source.CommittedAsync(position, CancellationToken.None);
        Assert.That(told, Is.EqualTo(new[] { plain[1].Position, plain[1].Position, plain[3].Position }));
    }

    [Test]
    public void What_cannot_be_shuffled_is_refused()
    {
        var numbers = _fixture.Numbers(0, 20, 5);
        var byTheClock = ExampleSource.From(
            token => SourceFixture.NumbersThen(5, () => { }, token), _fixture.Encoder, 5, maxDelay: TimeSpan.FromSeconds(1));
        Assert.Multiple(() =>
        {
            Assert.That(() => numbers.Shuffled(0, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => numbers.Shuffled(ExampleSource.MaxShuffledExamples + 1, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => numbers.Shuffled(1, 1, batchSize: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => byTheClock.Shuffled(5, 1), Throws.ArgumentException.With.Message.Contains("not deterministic"));
        });
    }

    private async Task HoldsFor((int Count, int Read, int Block, int? Given, int Seed) shape)
    {
        var source = _fixture.Numbers(0, shape.Count, shape.Read).Shuffled(shape.Block, (ulong)shape.Seed, shape.Given);
        var all = await _fixture.ReadAll(source);
        var whole = ((shape.Block + shape.Read - 1) / shape.Read) * shape.Read;
        var ids = all.SelectMany(batch => batch.Ids).ToList();
        for (var first = 0; first < shape.Count; first += whole)
        {
            var count = Math.Min(whole, shape.Count - first);
            Assert.That(ids.Skip(first).Take(count).Order(), Is.EqualTo(Enumerable.Range(first, count)), $"the block at {first}");
        }
        Assert.That(ids, Has.Count.EqualTo(shape.Count));
        if (shape.Given is { } size) Assert.That(all.Select(batch => batch.Ids.Length), Has.All.InRange(1, size));
        else Assert.That(all.Select(batch => batch.Ids.Length), Has.All.InRange(1, shape.Read));
        for (var i = 0; i < all.Count; i++)
        {
            var rest = await _fixture.ReadAll(source, all[i].Position);
            Assert.That(rest.Select(batch => batch.Ids), Is.EqualTo(all.Skip(i + 1).Select(batch => batch.Ids)), $"from batch {i}");
            var positions = all.Skip(i + 1).Select(batch => batch.Position);
            Assert.That(rest.Select(batch => batch.Position), Is.EqualTo(positions), $"from batch {i}");
        }
    }

    private async Task<List<long>> IdsAsync(ExampleSource source) =>
        [.. (await _fixture.ReadAll(source)).SelectMany(batch => batch.Ids)];
}
