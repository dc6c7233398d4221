using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.OwnModels;

/// <summary>A model of sequences that a user wrote: its contract, what it learns that no pooled model can, and how it is served.</summary>
public class StepAttentionTests
{
    private const int Examples = 12_000;

    private static IEnumerable<ContractCheck> Checks => new OnlineModelContract(schema => new StepAttention(schema))
    {
        CreateSchema = () => new VisitStream(Pooling.None).Schema,
        DenseOptimizer = () => new AdagradOptions { LearningRate = 0.1f }.Create(),
    }.Checks;

    // Gradients by finite differences are among them: of the steps, of their biases, and of all dense weights.
    [TestCaseSource(nameof(Checks))]
    public void My_model_keeps_what_trainers_and_replicas_expect(ContractCheck check) => check.Run();

    [Test]
    public async Task Order_teaches_what_no_pooled_model_learns()
    {
        var stream = new VisitStream(Pooling.None);
        using var attention = new StepAttention(stream.Schema);
        var ordered = await AucAsync(stream, attention);
        var positions = attention.Positions.ToArray();
        var pooled = new VisitStream(Pooling.Mean);
        using var regression = new LogisticRegression(pooled.Schema);
        using var perceptron = new DeepFm(pooled.Schema, new() { Hidden = [16], MaxDegreeOfParallelism = 1 });
        var (mean, deep) = (await AucAsync(pooled, regression), await AucAsync(pooled, perceptron));
        TestContext.Out.WriteLine($"AUC: in order {ordered:F3}; pooled, regression {mean:F3}, DeepFM {deep:F3}");
        Assert.That(ordered, Is.GreaterThan(0.85), "of 0.9, which the stream allows");
        Assert.That((mean, deep), Is.EqualTo((0.5, 0.5)).Within(0.03), "the same mean for all");
        Assert.That(positions.Max(), Is.EqualTo(positions[0]), "the newest step counts most");
    }

    [Test]
    public async Task Values_of_steps_teach_where_their_order_says_nothing()
    {
        var stream = new VisitStream(Pooling.None, isShuffled: true);
        using var attention = new StepAttention(stream.Schema);
        Assert.That(await AucAsync(stream, attention), Is.GreaterThan(0.8));
    }

    [Test]
    public async Task A_trainer_that_is_replaced_goes_on_to_the_bit()
    {
        var (stream, store) = (new VisitStream(Pooling.None), new MemorySnapshotStore());
        var whole = await TrainAsync(stream, new MemorySnapshotStore(), 2000);
        await TrainAsync(stream, store, 700);
        Assert.That(await TrainAsync(stream, store, 2000), Is.EqualTo(whole));
    }

    [Test]
    public async Task A_replica_and_a_live_predictor_predict_what_the_trainer_does()
    {
        var stream = new VisitStream(Pooling.None);
        using var tables = new EmbeddingTableSet(stream.Schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = new StepAttention(stream.Schema);
        var store = new MemorySnapshotStore();
        await using var trainer = new OnlineTrainer(tables, model, stream.Source(2000), store);
        await trainer.RunAsync();
        await using var replica = await ModelReplica.OpenAsync(store, new StepAttention(stream.Schema));
        await using var live = await LivePredictor.OpenAsync(trainer, () => new StepAttention(stream.Schema));
        foreach (var user in new[] { 5_000, 5_001, 5_002 })
        {
            var expected = Here(stream, tables, model, user);
            Assert.That(Asked(replica, stream, user), Is.EqualTo(expected));
            Assert.That(Asked(live, stream, user), Is.EqualTo(expected));
            Assert.That(expected.Distinct().Count(), Is.EqualTo(3));
        }
    }

    [Test]
    public async Task What_was_served_is_read_back_with_its_steps()
    {
        var (stream, store) = (new VisitStream(Pooling.None), new MemorySnapshotStore());
        await TrainAsync(stream, store, 100);
        var folder = Directory.CreateTempSubdirectory("served-steps-");
        try
        {
            await using (var log = new ServedLog(folder.FullName))
            {
                var options = new ModelReplicaOptions { ServedLog = log };
                await using var replica = await ModelReplica.OpenAsync(store, new StepAttention(stream.Schema), options);
                using var request = Written(replica, stream, 7);
                replica.Predict(request, new float[3]);
                request.Log(77);
            }
            var source = new ServedExampleLog(folder.FullName, stream.Schema, new() { Follow = false });
            var batch = new ExampleBatch(stream.Schema);
            await foreach (var record in source.ReadAsync(default, CancellationToken.None))
                ServedExample.Encoder(stream.Schema).Encode(record.Value, batch);
            Assert.That(batch.Ids(stream.Recent).ToArray(), Is.EqualTo(Enumerable.Repeat(VisitStream.VisitsOf(7), 3).SelectMany(v => v)));
            Assert.That(batch.StepValues(stream.Recent)[^8..].ToArray(), Is.EqualTo(new[] { 7f, 6, 5, 4, 3, 2, 1, 0 }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> AucAsync(VisitStream stream, OnlineModel model)
    {
        using var tables = new EmbeddingTableSet(stream.Schema, new() { MemoryLimitBytes = 1 << 24 });
        await using var trainer = new OnlineTrainer(tables, model, stream.Source(Examples));
        return (await trainer.RunAsync()).Total.Auc;
    }

    // The model's bytes, and the rows of all items.
    private static async Task<(byte[] Model, float[] Rows)> TrainAsync(VisitStream stream, SnapshotStore store, int examples)
    {
        using var tables = new EmbeddingTableSet(stream.Schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = new StepAttention(stream.Schema);
        await using (var trainer = new OnlineTrainer(tables, model, stream.Source(examples), store)) await trainer.RunAsync();
        using var bytes = new MemoryStream();
        model.Save(bytes);
        var rows = new float[VisitStream.Items * 5];
        tables.Tables[0].Lookup([.. Enumerable.Range(0, VisitStream.Items).Select(id => (long)id)], rows);
        return (bytes.ToArray(), rows);
    }

    private static PredictionRequest Written(Predictor predictor, VisitStream stream, int user)
    {
        var request = predictor.Rent(3);
        var visits = VisitStream.VisitsOf(user);
        for (var step = 0; step < visits.Length; step++) request.Shared.Step(stream.Recent, visits[step], visits.Length - 1 - step);
        for (var item = 0; item < 3; item++) request.Add().Id(stream.Item, item);
        return request;
    }

    private static float[] Asked(Predictor predictor, VisitStream stream, int user)
    {
        using var request = Written(predictor, stream, user);
        var scores = new float[3];
        predictor.Predict(request, scores);
        return scores;
    }

    private static float[] Here(VisitStream stream, EmbeddingTableSet tables, StepAttention model, int user)
    {
        var (batch, layer, logits) = (new FeatureBatch(stream.Schema), new EmbeddingLayer(tables, stream.Schema), new float[3]);
        var visits = VisitStream.VisitsOf(user);
        for (var item = 0; item < 3; item++)
        {
            batch.BeginRow().Id(stream.Item, item).Steps(stream.Recent, visits, [7, 6, 5, 4, 3, 2, 1, 0]);
            batch.EndRow();
        }
        layer.Lookup(batch);
        model.Predict(new PredictContext(layer.Inputs, batch, logits));
        return [.. logits.Select(stream.Click.Probability)];
    }
}
