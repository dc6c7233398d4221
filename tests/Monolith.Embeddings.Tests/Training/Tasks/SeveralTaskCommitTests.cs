using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Models;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Tasks;

/// <summary>Several tasks, one with delays, through commits, restarts and replicas.</summary>
public class SeveralTaskCommitTests : LeakChecked
{
    private static readonly (FeedbackCorrection Correction, int Biases)[] Kinds =
        [(FeedbackCorrection.FakeNegativeCalibration, 2), (FeedbackCorrection.DelayModel, 3)];

    [Test]
    public async Task A_trainer_that_starts_again_learns_what_one_that_never_stopped_does(
        [Values("lr", "fm", "deep")] string name, [Values(0, 1)] int kind)
    {
        var shop = new Shop(3000, Kinds[kind].Correction, Kinds[kind].Biases);
        var (whole, stopped) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        var expected = await LearnAsync(shop, name, whole, stopAfter: int.MaxValue);
        await LearnAsync(shop, name, stopped, stopAfter: 23);
        var actual = await LearnAsync(shop, name, stopped, stopAfter: int.MaxValue);
        Assert.That(actual.Rows, Is.EqualTo(expected.Rows));
        Assert.That(actual.Model, Is.EqualTo(expected.Model));
        Assert.That(actual.Metrics, Is.EqualTo(expected.Metrics));
    }

    [Test]
    public async Task Replicas_and_live_predictors_serve_all_tasks_and_rates_as_the_trainer_has_them(
        [Values("lr", "fm", "deep")] string name, [Values(0, 1)] int kind)
    {
        var (shop, store) = (new Shop(3000, Kinds[kind].Correction, Kinds[kind].Biases), new MemorySnapshotStore());
        using var tables = shop.CreateTables();
        using var model = ModelFixture.Create(name, shop.Schema);
        await using var trainer = new OnlineTrainer(tables, model, shop.Source(), store);
        await trainer.RunAsync();
        var (scores, rates) = Expected(shop, tables, model);
        await using var replica = await ModelReplica.OpenAsync(
            store, _ => ModelFixture.Create(name, shop.Schema), new() { PollEvery = Timeout.InfiniteTimeSpan, MemoryLimitBytes = 1 << 26 });
        await using var live = await LivePredictor.OpenAsync(trainer, () => ModelFixture.Create(name, shop.Schema));
        foreach (var predictor in (Predictor[])[replica, live])
        {
            using var request = predictor.Rent(20);
            for (var item = 0; item < 20; item++) request.Add().Id(shop.User, 4).Id(shop.Item, item);
            var served = new float[40];
            predictor.PredictWithOutputs(request, served);
            Assert.That(Bits.Of(served), Is.EqualTo(Bits.Of(scores)));
            Assert.That(scores.Distinct().Count(), Is.GreaterThan(30));
            Assert.That(request.Outputs, Has.Count.EqualTo(rates is null ? 0 : 1));
            if (rates is not null) Assert.That(Bits.Of(request.Output("log rate of purchase")), Is.EqualTo(Bits.Of(rates)));
        }
    }

    private static async Task<(uint[] Rows, byte[] Model, MetricsSummary[] Metrics)> LearnAsync(
        Shop shop, string name, SnapshotStore store, int stopAfter)
    {
        using var tables = shop.CreateTables();
        using var model = ModelFixture.Create(name, shop.Schema);
        using var stop = new CancellationTokenSource();
        var batches = 0;
        await using var trainer = new OnlineTrainer(tables, model, shop.Source(), store, new()
        {
            Synchronization = new() { SparseEvery = Schedule.ByBatches(5), DenseEvery = Schedule.ByBatches(5) },
            Scored = (_, _) =>
            {
                if (++batches == stopAfter) stop.Cancel();
            },
        });
        try
        {
            await trainer.RunAsync(cancellationToken: stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        using var dense = new MemoryStream();
        model.Save(dense);
        return (Shop.RowsOf(tables), dense.ToArray(), [.. shop.Schema.Tasks.Select(trainer.Metrics.Total)]);
    }

    // What is served for one user and twenty items, by the trainer's own tables and model.
    private static (float[] Scores, float[]? Rates) Expected(Shop shop, EmbeddingTableSet tables, OnlineModel model)
    {
        var (layer, batch) = (new EmbeddingLayer(tables, shop.Schema), new FeatureBatch(shop.Schema));
        for (var item = 0; item < 20; item++)
        {
            batch.BeginRow().Id(shop.User, 4).Id(shop.Item, item);
            batch.EndRow();
        }
        layer.Lookup(batch);
        var (logits, outputs) = (new float[40], new ModelOutputBlocks(model));
        outputs.Resize(20);
        model.Predict(new PredictContext(layer.Inputs, batch, logits) { Outputs = outputs });
        return ([.. logits.Select((logit, i) => shop.Schema.Tasks[i % 2].Probability(logit))],
            outputs.Outputs.Count == 0 ? null : outputs.Block(0).ToArray());
    }
}
