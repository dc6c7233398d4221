using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Sampling;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>What a decision depends on, and what it does not.</summary>
public class SubsamplingKeyTests
{
    private static readonly SampledEvent One = new(5, 1_700_000_000_000, 42, 7, 0) { Recent = [1, 2] };

    private readonly SamplingFixture _fixture = new();

    // A program that goes on with another version of the library keeps the same examples: these numbers do not change.
    // They come from a program of its own in another language.
    [TestCase(0UL, 0.08839493323283665, 0.964125200420193)]
    [TestCase(1UL, 0.4241428775978906, 0.7458669297105964)]
    [TestCase(ulong.MaxValue, 0.3459596685540359, 0.9481260805673236)]
    public void Draws_stay_what_they_are(ulong seed, double one, double other)
    {
        Assert.That(Draw(One, seed), Is.EqualTo(one));
        Assert.That(Draw(One with { User = -42, Recent = [] }, seed), Is.EqualTo(other));
    }

    [Test]
    public void Each_part_of_the_key_changes_the_draw()
    {
        SampledEvent[] others =
        [
            One with { Request = 6 }, One with { Time = One.Time + 1 }, One with { User = 43 }, One with { Item = 8 },
            One with { Recent = [2, 1] }, One with { Recent = [1] }, One with { Recent = [] }, One with { User = 7, Item = 42 },
            One with { Request = One.Time, Time = One.Request },
        ];
        var draws = others.Append(One).Select(other => Draw(other, 3)).ToArray();
        Assert.That(draws, Is.Unique);
        Assert.That(Draw(One, 4), Is.Not.EqualTo(Draw(One, 3)));
    }

    [Test]
    public void Ids_do_not_move_from_slot_to_slot()
    {
        var batch = new ExampleBatch(_fixture.Schema);
        batch.BeginExample().Id(_fixture.User, 1).At(1, 1);
        batch.EndRow();
        batch.BeginExample().Id(_fixture.Item, 1).At(1, 1);
        batch.EndRow();
        Assert.That(Key(0).Draw(batch, 0), Is.Not.EqualTo(Key(0).Draw(batch, 1)));
    }

    [Test]
    public void Labels_weights_and_offsets_do_not_change_it()
    {
        var others = new[] { One with { Click = 1 }, One with { Buy = 1 }, One with { Weight = 3 }, One with { Offset = 2 } };
        Assert.That(others.Select(other => Draw(other, 9)), Is.All.EqualTo(Draw(One, 9)));
    }

    [Test]
    public void Slots_that_are_no_part_of_the_key_do_not_change_it()
    {
        var key = new SubsamplingKey([_fixture.User, _fixture.Item], 0);
        Assert.That(key.Draw(Batch(One with { Recent = [9] }), 0), Is.EqualTo(key.Draw(Batch(One), 0)));
        Assert.That(key.Draw(Batch(One with { User = 9 }), 0), Is.Not.EqualTo(key.Draw(Batch(One), 0)));
    }

    [Test]
    public void What_all_examples_share_counts_as_the_rows_own()
    {
        var batch = new ExampleBatch(_fixture.Schema);
        batch.Shared.Id(_fixture.User, One.User);
        for (var row = 0; row < 2; row++)
        {
            batch.BeginExample().Id(_fixture.Item, One.Item).Ids(_fixture.Recent, One.Recent).At(One.Time, One.Request);
            batch.EndRow();
        }
        Assert.That((Key(1).Draw(batch, 0), Key(1).Draw(batch, 1)), Is.EqualTo((Draw(One, 1), Draw(One, 1))));
    }

    [Test]
    public void Draws_are_uniform_and_those_of_two_seeds_independent()
    {
        const int Count = 100_000, Cells = 10;
        var cells = new int[Cells, Cells];
        for (var i = 0; i < Count; i++)
        {
            var batch = Batch(SamplingFixture.Event(i));
            cells[(int)(Cells * Key(1).Draw(batch, 0)), (int)(Cells * Key(2).Draw(batch, 0))]++;
        }
        // 1,000 in each cell, give or take; the statistic of 99 degrees of freedom lies below 150 but once in a thousand.
        var statistic = cells.Cast<int>().Sum(count => Math.Pow(count - 1000, 2) / 1000);
        Assert.That(statistic, Is.LessThan(150));
    }

    private SubsamplingKey Key(ulong seed) => new([.. _fixture.Schema.Slots], seed);

    private double Draw(in SampledEvent happened, ulong seed) => Key(seed).Draw(Batch(happened), 0);

    private ExampleBatch Batch(in SampledEvent happened)
    {
        var batch = new ExampleBatch(_fixture.Schema);
        _fixture.Encoder.Encode(happened, batch);
        return batch;
    }
}
