using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Features;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Derived;

/// <summary>Features that are derived in a trainer, through commits, in replicas and live predictors.</summary>
public class DerivedTrainingTests : LeakChecked
{
    [Test]
    public async Task Reading_ahead_changes_no_bit([Values] Staleness staleness)
    {
        await using var first = new DerivedShop(ahead: 0, staleness: staleness);
        await first.Trainer.RunAsync();
        Assert.That(first.Model.DerivedFeatures!.BoundsOf(first.PriceBucket).Length, Is.EqualTo(7));
        foreach (var ahead in new[] { 1, 16 })
        {
            await using var shop = new DerivedShop(ahead: ahead, staleness: staleness);
            await shop.Trainer.RunAsync();
            Assert.That(shop.Logits, Is.EqualTo(first.Logits), $"{ahead} batches ahead");
            Assert.That(shop.Saved, Is.EqualTo(first.Saved), $"{ahead} batches ahead");
        }
    }

    [Test]
    public async Task Bounds_are_those_of_the_first_values_whatever_the_batches()
    {
        await using var first = new DerivedShop(batchSize: 50);
        await first.Trainer.RunAsync();
        var values = Prices(first, DerivedShop.Events).Where(price => !float.IsNaN(price)).Take(DerivedShop.LearnFrom).Order().ToArray();
        // So few are exact.
        var expected = Enumerable.Range(1, 7).Select(i => values[DerivedShop.LearnFrom * i / 8]);
        Assert.That(first.Model.DerivedFeatures!.BoundsOf(first.PriceBucket).ToArray(), Is.EqualTo(expected));
        foreach (var size in new[] { 1, 37, 4000 })
        {
            await using var shop = new DerivedShop(batchSize: size);
            await shop.Trainer.RunAsync();
            Assert.That(shop.Model.DerivedFeatures!.BoundsOf(shop.PriceBucket).ToArray(), Is.EqualTo(expected), $"batches of {size}");
            Assert.That(shop.Model.DerivedFeatures!.MomentsOf("age_norm"), Is.EqualTo(first.Model.DerivedFeatures!.MomentsOf("age_norm")));
        }
    }

    [Test]
    public async Task The_log_says_once_which_bounds_are_frozen()
    {
        await using var shop = new DerivedShop();
        await shop.Trainer.RunAsync();
        var bounds = shop.Model.DerivedFeatures!.BoundsOf(shop.PriceBucket).ToArray();
        var entry = shop.Log.Collector.GetSnapshot().Single(entry => entry.Id == 3014);
        Assert.That(entry.Level, Is.EqualTo(Microsoft.Extensions.Logging.LogLevel.Information));
        Assert.That(entry.Message, Does.Contain("'price_bucket'").And.Contain("7 bounds").And.Contain($"{DerivedShop.LearnFrom} values"));
        Assert.That(entry.StructuredState, Has.Some.Matches<KeyValuePair<string, string?>>(state =>
            state.Key == "Lowest" && state.Value == bounds[0].ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Test]
    public async Task A_batch_is_predicted_by_what_the_batches_before_it_taught()
    {
        await using var shop = new DerivedShop(batchSize: 400);
        var derived = new DerivedFeatures(shop.Schema);
        var batches = new List<(float Mean, int Bounds)>();
        for (var first = 0; first < DerivedShop.Events; first += 400)
        {
            batches.Add(((float)derived.MomentsOf("age_norm").Mean, derived.BoundsOf(shop.PriceBucket).Length));
            derived.Learn(shop.Batch(first, 400));
        }
        Assert.That(batches[0], Is.EqualTo((0f, 0)));
        var seen = 0;
        // Prices are missing in a seventh of the rows: enough are seen in batch 6 or 7, and used from the next on.
        for (var i = 0; i < batches.Count; i++)
        {
            Assert.That(batches[i].Bounds, Is.EqualTo(seen >= DerivedShop.LearnFrom ? 7 : 0), $"batch {i}");
            seen += Prices(shop, 400, i * 400).Count(price => !float.IsNaN(price));
        }
        await shop.Trainer.RunAsync();
        Assert.That(shop.Model.DerivedFeatures!.MomentsOf("price_norm"), Is.EqualTo(derived.MomentsOf("price_norm")));
    }

    [Test]
    public async Task Replicas_and_live_predictors_serve_what_the_trainer_would_predict([Values(1_000, DerivedShop.Events)] int events)
    {
        var store = new MemorySnapshotStore();
        await using var shop = new DerivedShop(store, events: events);
        await shop.Trainer.RunAsync();
        Assert.That(shop.Model.DerivedFeatures!.BoundsOf(shop.PriceBucket).Length, Is.EqualTo(events == 1_000 ? 0 : 7));
        await using var replica = await ModelReplica.OpenAsync(store, shop.NewModel(), new ModelReplicaOptions());
        await using var live = await LivePredictor.OpenAsync(shop.Trainer, shop.NewModel);
        var expected = Predicted(shop, 500, 200);
        foreach (var predictor in new Predictor[] { replica, live })
        {
            using var request = predictor.Rent(200);
            for (var n = 500; n < 700; n++) shop.Write(n, request.Add());
            var scores = new float[200];
            predictor.Predict(request, scores);
            Assert.That(scores, Is.EqualTo(expected), predictor.GetType().Name);
        }
    }

    [Test]
    public async Task A_replica_that_follows_gets_bounds_that_are_frozen_later()
    {
        var store = new MemorySnapshotStore();
        await using (var first = new DerivedShop(store, events: 1_000)) await first.Trainer.RunAsync();
        await using var shop = new DerivedShop(store, commits: Schedule.ByBatches(5));
        await using var replica = await ModelReplica.OpenAsync(store, shop.NewModel(), new ModelReplicaOptions());
        await shop.Trainer.RunAsync();
        Assert.That(await replica.CatchUpAsync(), Is.True);
        using var request = replica.Rent(200);
        for (var n = 500; n < 700; n++) shop.Write(n, request.Add());
        var scores = new float[200];
        replica.Predict(request, scores);
        Assert.That(scores, Is.EqualTo(Predicted(shop, 500, 200)));
    }

    [Test]
    public async Task What_candidates_share_is_crossed_as_if_each_had_written_it()
    {
        var store = new MemorySnapshotStore();
        await using var shop = new DerivedShop(store);
        await shop.Trainer.RunAsync();
        await using var replica = await ModelReplica.OpenAsync(store, shop.NewModel(), new ModelReplicaOptions());
        using var shared = replica.Rent(10);
        using var each = replica.Rent(10);
        shared.Shared.Id(shop.User, 7).Id(shop.Hour, 1003).Ids(shop.Tags, [2001, 2002]).Number(shop.Age, 33).Dense(0, 1);
        for (var n = 0; n < 10; n++)
        {
            shared.Add().Id(shop.Item, n).Number(shop.Price, n * 20);
            each.Add().Id(shop.User, 7).Id(shop.Hour, 1003).Ids(shop.Tags, [2001, 2002]).Number(shop.Age, 33).Dense(0, 1)
                .Id(shop.Item, n).Number(shop.Price, n * 20);
        }
        var (scores, expected) = (new float[10], new float[10]);
        replica.Predict(shared, scores);
        replica.Predict(each, expected);
        Assert.That(scores, Is.EqualTo(expected).And.Unique);
    }

    // Prices are missing in a seventh of the rows, so that bounds are frozen after about 2,740 examples.
    [Test]
    public async Task A_trainer_that_is_killed_goes_on_to_the_bit(
        [Values(200, 1000, 2650, 2700, 2750, 2800, 4000)] int killedAt, [Values] Staleness staleness)
    {
        await using var whole = new DerivedShop(staleness: staleness);
        await whole.Trainer.RunAsync();
        var store = new MemorySnapshotStore();
        await using (var killed = new DerivedShop(store, 16, commits: Schedule.ByBatches(3), staleness: staleness) { StopAfter = killedAt })
            Assert.That(async () => await killed.Trainer.RunAsync(), Throws.InstanceOf<InvalidTimeZoneException>());
        await using var again = new DerivedShop(store, ahead: 16, commits: Schedule.ByBatches(3), staleness: staleness);
        await again.Trainer.RunAsync();
        Assert.That(again.Logits, Has.Count.LessThan(whole.Logits.Count).And.Count.GreaterThan(1000));
        Assert.That(again.Logits, Is.EqualTo(whole.Logits[^again.Logits.Count..]));
        Assert.That(again.Saved, Is.EqualTo(whole.Saved));
    }

    [Test]
    public async Task An_evaluation_derives_by_what_the_trainer_has_learned()
    {
        await using var shop = new DerivedShop(events: 4_000);
        await shop.Trainer.RunAsync();
        var result = await shop.Trainer.EvaluateAsync(shop.Source);
        var loss = 0.0;
        var (expected, labels) = (Predicted(shop, 0, 4_000), shop.Batch(0, 4_000).Labels(shop.Click).ToArray());
        for (var i = 0; i < labels.Length; i++) loss -= Math.Log(labels[i] > 0 ? expected[i] : 1 - expected[i]) / labels.Length;
        Assert.That(result[shop.Click].LogLoss, Is.EqualTo(loss).Within(1e-5));
    }

    [Test]
    public async Task A_search_leaves_out_what_is_derived_from_the_item()
    {
        await using var shop = new DerivedShop();
        await shop.Trainer.RunAsync();
        // As if items had been missing in training: the cross of a missing one has a row.
        var context = new FeatureBatch(shop.Schema);
        context.BeginRow().Number(shop.Price, 20);
        context.EndRow();
        shop.Model.DerivedFeatures!.Derive(context);
        shop.Tables.Tables[2].Assign(context.Ids(shop.ItemPrice), [3, 3, 3, 3, 3], DateTimeOffset.UnixEpoch);
        await using var live = await LivePredictor.OpenAsync(shop.Trainer, shop.NewModel);
        using var request = live.Rent(1);
        request.Shared.Id(shop.User, 7).Id(shop.Hour, 1003).Number(shop.Price, 20);
        var (ids, scores) = (new long[60], new float[60]);
        Assert.That(live.TopK(request, shop.Item, ids, scores).Count, Is.EqualTo(60));
        // The logit without the cross of item and price.
        var batch = new FeatureBatch(shop.Schema);
        var absent = new bool[shop.Schema.Slots.Count];
        absent[shop.ItemPrice.Index] = true;
        batch.SetAbsentSlots(absent);
        for (var i = 0; i < 60; i++)
        {
            batch.BeginRow().Id(shop.User, 7).Id(shop.Hour, 1003).Number(shop.Price, 20).Id(shop.Item, ids[i]);
            batch.EndRow();
        }
        Assert.That(scores, Is.EqualTo(Logits(shop, batch)).Within(1e-5f));
        Assert.That(() => live.TopK(request, shop.PriceBucket, ids, scores), Throws.ArgumentException.With.Message.Contains("derived"));
    }

    [Test]
    public void Saved_parameters_that_are_damaged_leave_the_model_as_it_was()
    {
        using var model = new LogisticRegression(new DerivedShopSchema().Schema);
        var before = model.DerivedFeatures;
        var sections = new ModelSections();
        model.Save(sections);
        Assert.That(() => model.LoadWhole(sections), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("derived-features"));
        foreach (var bytes in new byte[][] { [], [2, 0, 0, 0], [.. before!.Save(), 0], before.Save()[..^1] })
        {
            sections = new ModelSections();
            model.Save(sections);
            sections.AddBytes("derived-features", SectionRole.Weights, bytes);
            Assert.That(() => model.LoadWhole(sections), Throws.InstanceOf<InvalidDataException>());
            Assert.That(model.DerivedFeatures, Is.SameAs(before));
        }
    }

    private static float[] Prices(DerivedShop shop, int count, int first = 0)
    {
        var batch = shop.Batch(first, count);
        return [.. Enumerable.Range(0, count).Select(row => batch.Numbers[row * 2])];
    }

    private static float[] Predicted(DerivedShop shop, int first, int count) =>
        [.. Logits(shop, shop.Batch(first, count)).Select(shop.Click.Probability)];

    private static float[] Logits(DerivedShop shop, FeatureBatch batch)
    {
        var layer = new EmbeddingLayer(shop.Tables, shop.Schema) { DerivedFeatures = shop.Model.DerivedFeatures };
        layer.Lookup(batch);
        var logits = new float[batch.Rows];
        shop.Model.Predict(new PredictContext(layer.Inputs, batch, logits));
        return logits;
    }

    private sealed class DerivedShopSchema
    {
        public FeatureSchema Schema { get; } = new TestSchema(builder =>
        {
            var price = builder.Number("price");
            builder.Buckets("bucket", "items", price, BucketBounds.Quantiles(4, 100));
            builder.Normalized("normalized", price);
        }).Schema;
    }
}
