using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Features.Derived;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Ranking;

namespace Monolith.Embeddings.Tests.Training.Derived;

/// <summary>What is derived of examples that were copied, sampled, logged, ranked, or learned from by a loop of one's own.</summary>
public class DerivedStreamTests : LeakChecked
{
    [Test]
    public async Task Negatives_are_derived_with_what_their_item_decides()
    {
        await using var shop = new DerivedShop(events: 2_000);
        var options = new NegativeSamplerOptions
        {
            Task = shop.Click,
            Item = shop.Item,
            User = shop.User,
            ItemNumbers = [shop.Price],
            PerPositive = 3,
        };
        var (prices, negatives) = (new Dictionary<long, float>(), 0);
        await foreach (var batch in new NegativeSampler(shop.Source, options).ReadAsync(StreamPosition.Start, CancellationToken.None))
        {
            RequireDerived(shop, batch);
            var items = batch.Ids(shop.Item);
            var labels = batch.Labels(shop.Click);
            for (var row = 0; row < batch.Rows; row++)
            {
                var price = batch.Numbers[row * 2];
                var isNegative = labels[row] == 0 && batch.LogitOffsets(shop.Click)[row] != 0;
                if (isNegative) Assert.That(price, Is.EqualTo(prices[items[row]]), $"item {items[row]}");
                if (isNegative) negatives++;
                if (labels[row] == 1) prices[items[row]] = price;
            }
            batch.Dispose();
        }
        Assert.That(negatives, Is.GreaterThan(1_000));
    }

    [Test]
    public async Task A_sampler_refuses_slots_that_are_derived_and_columns_of_others()
    {
        await using var shop = new DerivedShop();
        await using var other = new DerivedShop();
        var options = new NegativeSamplerOptions
        {
            Task = shop.Click,
            Item = shop.PriceBucket,
            User = shop.ItemPrice,
            ItemSlots = [shop.AgeBucket],
            ItemNumbers = [shop.Price, shop.Price, new TestSchemaOfSize().Size],
        };
        Assert.That(() => new NegativeSampler(shop.Source, options), Throws.Exception.With.Message.Contains("'price_bucket'")
            .And.Message.Contains("'item_price'").And.Message.Contains("'age_bucket'").And.Message.Contains("'price' twice")
            .And.Message.Contains("'size'"));
        Assert.That(() => shop.Source.Subsampled(new() { Task = shop.Click, NegativeRate = 0.5, KeySlots = [shop.AgeBucket] }),
            Throws.ArgumentException.With.Message.Contains("'age_bucket'"));
    }

    [Test]
    public async Task Examples_that_are_copied_and_logged_are_derived_anew()
    {
        await using var shop = new DerivedShop();
        var derived = new DerivedFeatures(shop.Schema);
        var (from, to, format) = (shop.Batch(0, 60), new ExampleBatch(shop.Schema), new ExampleRowFormat(shop.Schema));
        derived.Derive(from);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        for (var row = 0; row < 60; row++)
        {
            to.Append(from, 59 - row);
            buffer.ResetWrittenCount();
            format.Write(from, row, buffer);
            format.Append(buffer.WrittenSpan, to);
        }
        RequireDerived(shop, to);
        List<(long, float)> Pairs(FeatureBatch batch, int row) => DerivedOracle.Written(batch, shop.ItemPrice, row);
        for (var row = 0; row < 60; row++)
        {
            Assert.That(Pairs(to, 2 * row), Is.EqualTo(Pairs(from, 59 - row)));
            Assert.That(Pairs(to, (2 * row) + 1), Is.EqualTo(Pairs(from, row)));
        }
    }

    [Test]
    public async Task Shuffled_and_sampled_streams_train()
    {
        foreach (var store in new[] { null, new MemorySnapshotStore() })
        {
            await using var shop = new DerivedShop(store, events: 500);
            var source = shop.Source.Shuffled(100, seed: 3).Subsampled(new() { Task = shop.Click, NegativeRate = 0.5 });
            await using var trainer = new OnlineTrainer(shop.Tables, shop.Model, source);
            Assert.That((await trainer.RunAsync()).Examples, Is.InRange(200, 450));
        }
    }

    [Test]
    public async Task A_loop_of_ones_own_learns_as_a_trainer_does()
    {
        await using var shop = new DerivedShop(events: 4_000);
        await shop.Trainer.RunAsync();
        await using var own = new DerivedShop(events: 4_000);
        var layer = new EmbeddingLayer(own.Tables, own.Schema) { DerivedFeatures = own.Model.DerivedFeatures };
        var (gradients, logits) = (new FeatureBlocks(own.Schema.Layout, BlockUse.Gradient), new List<float>());
        for (var step = 0; step < 80; step++)
        {
            var (batch, found) = (own.Batch(step * 50, 50), new float[50]);
            var time = DateTimeOffset.FromUnixTimeMilliseconds(batch.EventTimesMilliseconds[^1]);
            layer.LookupOrAdmit(batch, time, step);
            gradients.Resize(50);
            own.Model.Train(new TrainContext(layer.Inputs, batch, gradients, found));
            layer.ApplyGradients(gradients, time, step);
            layer.DerivedFeatures!.Learn(batch);
            logits.AddRange(found);
        }
        Assert.That(logits, Is.EqualTo(shop.Logits));
        Assert.That(() => layer.DerivedFeatures = null, Throws.ArgumentException);
        Assert.That(() => layer.DerivedFeatures = new DerivedFeatures(new TestSchemaOfSize().Schema), Throws.ArgumentException);
    }

    [Test]
    public async Task Ranking_leaves_out_what_is_derived_from_what_the_item_decides()
    {
        await using var shop = new DerivedShop();
        await shop.Trainer.RunAsync();
        // A missing price means much to some items: where it counted as missing, ranks would be others.
        var missing = new FeatureBatch(shop.Schema);
        missing.BeginRow();
        missing.EndRow();
        shop.Model.DerivedFeatures!.Derive(missing);
        shop.Tables.Tables[2].Assign(missing.Ids(shop.PriceBucket), [3, 30, -30, 30, -30], DateTimeOffset.UnixEpoch);
        var options = new RankingMetricsOptions { Item = "item", ItemNumbers = ["price"], K = [.. Enumerable.Range(1, 60)] };
        for (var n = 10_000; n < 10_040; n++)
        {
            var batch = shop.Batch(n, 1);
            if (batch.Labels(shop.Click)[0] == 0) continue;
            var ranking = new PrequentialRanking(options, shop.Tables, shop.Model, shop.Schema, 1);
            ranking.Rank(batch);
            var rank = 1 + ranking.Metrics.Total().At.Count(at => at.Recall == 0);
            var scores = Scores(shop, batch);
            var own = scores[batch.Ids(shop.Item)[0]];
            Assert.That(rank, Is.EqualTo(1 + scores.Values.Count(score => score > own)).Within(1), $"event {n}");
        }
        options.ItemNumbers = ["weight"];
        Assert.That(() => new PrequentialRanking(options, shop.Tables, shop.Model, shop.Schema, 1),
            Throws.ArgumentException.With.Message.Contains("'weight'").And.Message.Contains("'price'"));
    }

    [Test]
    public void A_cross_of_a_slot_that_is_held_in_serving_has_the_held_id()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("t", r => r.Bias(new Monolith.Embeddings.Optimizers.SgdOptions()));
        var (item, place) = (f.Slot("item", "t"), f.Position("place", "t"));
        var cross = f.Cross("item_place", "t", item, place);
        var schema = f.Build();
        var (batch, held, derived) = (new FeatureBatch(schema), new FeatureBatch(schema), new DerivedFeatures(schema));
        foreach (var (to, id) in new[] { (batch, 4L), (held, 1L) })
        {
            to.BeginRow().Id(item, 7).Id(place, id);
            to.EndRow();
            derived.Derive(to);
        }
        var (written, expected) = (batch.Ids(cross)[0], held.Ids(cross)[0]);
        batch.BeginHolding();
        derived.Derive(batch);
        Assert.That((batch.Ids(cross)[0], written == expected), Is.EqualTo((expected, false)));
        batch.EndHolding();
        derived.Derive(batch);
        Assert.That(batch.Ids(cross)[0], Is.EqualTo(written));
    }

    // Of all items, with the event's context, and without what the price makes.
    private static Dictionary<long, float> Scores(DerivedShop shop, ExampleBatch one)
    {
        var (schema, view) = (shop.Schema, one);
        var absent = new bool[schema.Slots.Count];
        absent[shop.Item.Index] = true;
        schema.AddDerivedFrom(absent, [true, false]);
        absent[shop.Item.Index] = false;
        var batch = new FeatureBatch(schema);
        batch.SetAbsentSlots(absent);
        for (var item = 0; item < 60; item++)
        {
            batch.BeginRow().Ids(shop.User, view.Ids(shop.User)).Ids(shop.Hour, view.Ids(shop.Hour)).Ids(shop.Tags, view.Ids(shop.Tags))
                .Number(shop.Age, view.Numbers[1]).Dense(0, view.Dense[0]).Id(shop.Item, item);
            batch.EndRow();
        }
        var layer = new EmbeddingLayer(shop.Tables, schema) { DerivedFeatures = shop.Model.DerivedFeatures };
        layer.Lookup(batch);
        var logits = new float[60];
        shop.Model.Predict(new PredictContext(layer.Inputs, batch, logits));
        return Enumerable.Range(0, 60).ToDictionary(item => (long)item, item => logits[item]);
    }

    private static void RequireDerived(DerivedShop shop, FeatureBatch batch)
    {
        new DerivedFeatures(shop.Schema).Derive(batch);
        foreach (var slot in shop.Schema.Slots.Where(slot => slot.IsDerived))
        {
            for (var row = 0; row < batch.Rows; row++)
                Assert.That(DerivedOracle.Written(batch, slot, row), Is.EqualTo(DerivedOracle.Of(batch, slot, row, _ => null)), slot.Name);
        }
    }

    private sealed class TestSchemaOfSize
    {
        public TestSchemaOfSize()
        {
            var f = new FeatureSchemaBuilder();
            f.Table("t", r => r.Bias(new Monolith.Embeddings.Optimizers.SgdOptions()));
            f.Slot("id", "t");
            f.Number("price");
            f.Number("age");
            Size = f.Number("size");
            f.SignedLog("size_log", Size);
            Schema = f.Build();
        }

        public FeatureSchema Schema { get; }

        public NumberColumn Size { get; }
    }
}
