using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Training;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>Epochs are a source several times over, whose positions count them.</summary>
public class EpochSourceTests : LeakChecked
{
    private readonly SourceFixture _fixture = new();

    [Test]
    public async Task History_is_read_several_times_and_then_the_live_stream()
    {
        var source = _fixture.Numbers(0, 5, 2).Epochs(3).Then(_fixture.Numbers(5, 3, 2));
        var all = await _fixture.ReadAll(source);
        Assert.That(all.SelectMany(batch => batch.Ids), Is.EqualTo(new[] { 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6, 7 }));
        for (var i = 0; i < all.Count; i++)
        {
            var rest = await _fixture.ReadAll(source, all[i].Position);
            Assert.That(rest.Select(batch => batch.Ids), Is.EqualTo(all.Skip(i + 1).Select(batch => batch.Ids)), $"from batch {i}");
        }
    }

    [Test]
    public async Task The_last_batch_of_an_epoch_tells_that_it_is_done()
    {
        var source = new EpochSource(_fixture.Numbers(0, 5, 2), 2);
        var all = await _fixture.ReadAll(source);
        Assert.That(all.Select(batch => source.DoneAt(batch.Position)), Is.EqualTo(new[] { 0, 0, 1, 1, 1, 2 }));
        Assert.That(all[^1].Position, Is.EqualTo(source.End));
        Assert.That(await _fixture.ReadAll(source, source.End), Is.Empty);
    }

    [Test]
    public async Task Positions_stay_good_when_there_are_more_epochs()
    {
        var all = await _fixture.ReadAll(_fixture.Numbers(0, 5, 2).Epochs(2));
        var more = await _fixture.ReadAll(_fixture.Numbers(0, 5, 2).Epochs(3), all[^1].Position);
        Assert.That(more.SelectMany(batch => batch.Ids), Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
        Assert.That(() => _fixture.ReadAll(_fixture.Numbers(0, 5, 2).Epochs(1), all[3].Position),
            Throws.ArgumentException.With.Message.Contains("epoch 1, counted from 0, and there are 1"));
    }

    [Test]
    public async Task Epochs_of_epochs_count_on_and_are_shuffled_apart()
    {
        var inner = _fixture.Numbers(0, 12, 12).Shuffled(12, seed: 1);
        var nested = await _fixture.ReadAll(inner.Epochs(2).Epochs(2));
        var flat = await _fixture.ReadAll(inner.Epochs(4));
        Assert.That(nested.Select(batch => batch.Ids), Is.EqualTo(flat.Select(batch => batch.Ids)));
        Assert.That(flat.Select(batch => string.Join(' ', batch.Ids)).Distinct().Count(), Is.EqualTo(4));
    }

    [Test]
    public async Task The_source_hears_what_is_durable_in_the_last_epoch_alone()
    {
        var told = new List<StreamPosition>();
        var numbers = _fixture.Numbers(0, 5, 2);
        var plain = await _fixture.ReadAll(numbers);
        var source = new ToldSource(numbers, told).Epochs(2);
        foreach (var (_, position) in await _fixture.ReadAll(source)) await source.CommittedAsync(position, CancellationToken.None);
        Assert.That(told, Is.EqualTo(new[] { plain[0].Position, plain[1].Position }));
    }

    [Test]
    public void A_batch_that_is_held_goes_back_when_the_reading_fails()
    {
        var source = ExampleSource.From(
            token => SourceFixture.NumbersThen(4, () => throw new IOException("gone"), token), _fixture.Encoder, 2).Epochs(2);
        Assert.That(() => _fixture.ReadAll(source), Throws.TypeOf<ExampleSourceException>().With.Message.Contains("gone"));
    }

    [Test]
    public void What_has_no_epochs_is_refused()
    {
        Assert.That(() => _fixture.Numbers(0, 5, 2).Epochs(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        var once = ExampleSource.From(SourceFixture.NumbersThen(5, () => { }), _fixture.Encoder, 5);
        Assert.That(() => once.Epochs(2), Throws.ArgumentException.With.Message.Contains("one time"));
        var joined = new StatefulSource(_fixture.Schema, 3);
        var both = _fixture.Numbers(0, 5, 2).Then(joined);
        Assert.That(() => joined.Epochs(2), Throws.ArgumentException.With.Message.Contains("has a state"));
        Assert.That(() => both.Shuffled(2, 1), Throws.ArgumentException.With.Message.Contains("has a state"));
        Assert.That(() => _fixture.Numbers(0, 5, 2).Epochs(2).Then(joined), Throws.Nothing);
    }
}
