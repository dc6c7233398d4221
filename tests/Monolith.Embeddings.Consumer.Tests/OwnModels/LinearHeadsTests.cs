using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.OwnModels;

/// <summary>A model of several tasks that a user wrote: its contract, and its way from a trainer to a replica.</summary>
public class LinearHeadsTests
{
    private static IEnumerable<ContractCheck> Checks =>
        new OnlineModelContract(schema => new LinearHeads(schema)) { DenseOptimizer = () => new AdagradOptions().Create() }.Checks;

    [TestCaseSource(nameof(Checks))]
    public void My_model_keeps_what_trainers_and_replicas_expect(ContractCheck check) => check.Run();

    [Test]
    public async Task Logits_and_scores_have_one_column_a_task()
    {
        var (schema, slot) = Schema();
        using var tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = new LinearHeads(schema);
        var store = new MemorySnapshotStore();
        var shapes = 0;
        var options = new OnlineTrainerOptions
        {
            Scored = (examples, logits) => shapes += logits.Length == 2 * examples.Rows ? 1 : 0,
            ClipGlobalNorm = 100,
        };
        var source = ExampleSource.From(() => Enumerable.Range(0, 1000), Encoder(schema, slot), 50);
        await using (var trainer = new OnlineTrainer(tables, model, source, store, options))
        {
            var report = await trainer.RunAsync();
            Assert.That((shapes, report.Total.Auc), Is.EqualTo((20, trainer.Metrics.Total(schema.Tasks[1]).Auc)),
                "the last task is reported");
            Assert.That(trainer.Metrics.Total(schema.Tasks[0]).Auc, Is.GreaterThan(0.95));
        }
        await using var replica = await ModelReplica.OpenAsync(store, new LinearHeads(schema));
        using var request = Written(replica, slot);
        var scores = new float[4];
        replica.Predict(request, scores);
        Assert.That(scores[0], Is.GreaterThan(scores[1]), "user 0 clicks rather than buys");
        Assert.That(scores[3], Is.GreaterThan(scores[2]), "user 1 buys rather than clicks");
    }

    [Test]
    public async Task A_replica_gives_each_candidate_its_outputs_while_other_requests_and_reloads_go_on()
    {
        var (schema, slot) = Schema();
        using var tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = new LinearHeads(schema);
        var store = new MemorySnapshotStore();
        var (records, encoder) = (100, Encoder(schema, slot));
        await using var trainer = new OnlineTrainer(
            tables, model, ExampleSource.From(() => Enumerable.Range(0, records), encoder, 50), store);
        await trainer.RunAsync();
        var never = new ModelReplicaOptions { PollEvery = Timeout.InfiniteTimeSpan };
        await using var replica = await ModelReplica.OpenAsync(store, _ => new LinearHeads(schema), never);
        using var done = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
            () => PredictUntil(replica, slot, done.Token), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        for (var run = 0; run < 8; run++)
        {
            records += 100;
            await trainer.RunAsync();
            await replica.CatchUpAsync();
            AssertLikeHere(replica, tables, model, slot);
        }
        await done.CancelAsync();
        Assert.That(() => Task.WhenAll(readers), Throws.Nothing);
    }

    private static void AssertLikeHere(ModelReplica replica, EmbeddingTableSet tables, LinearHeads model, FeatureSlot slot)
    {
        using var request = Written(replica, slot);
        replica.PredictWithOutputs(request, new float[4]);
        var (batch, outputs) = (new FeatureBatch(model.Schema), new ModelOutputBlocks(model));
        for (var user = 0; user < 2; user++)
        {
            batch.BeginRow().Id(slot, user).Dense(0, user);
            batch.EndRow();
        }
        var layer = new EmbeddingLayer(tables, model.Schema);
        layer.Lookup(batch);
        outputs.Resize(2);
        model.Predict(new PredictContext(layer.Inputs, batch, new float[4]) { Outputs = outputs });
        Assert.That(request.Output("common").ToArray(), Is.EqualTo(outputs.Block("common").ToArray()).And.Not.All.Zero);
        Assert.That(request.Output(1).ToArray(), Is.EqualTo(outputs.Block(1).ToArray()).And.Not.All.Zero);
        Assert.That(request.Outputs.Select(output => (output.Name, output.Width)), Is.EqualTo(new[] { ("common", 1), ("own", 2) }));
    }

    // Scores and outputs of a request are of the same weights, whatever is loaded meanwhile.
    private static void PredictUntil(ModelReplica replica, FeatureSlot slot, CancellationToken done)
    {
        var scores = new float[4];
        do
        {
            using var request = Written(replica, slot);
            replica.PredictWithOutputs(request, scores);
            for (var i = 0; i < scores.Length; i++)
            {
                var logit = request.Output("common")[i / 2] + request.Output("own")[i];
                Assert.That(scores[i], Is.EqualTo(1 / (1 + Math.Exp(-logit))).Within(1e-6));
            }
        }
        while (!done.IsCancellationRequested);
    }

    private static PredictionRequest Written(ModelReplica replica, FeatureSlot slot)
    {
        var request = replica.Rent(2);
        for (var user = 0; user < 2; user++) request.Add().Id(slot, user).Dense(0, user);
        return request;
    }

    // User 0 clicks and never buys, user 1 buys and never clicks.
    private static ExampleEncoder<int> Encoder(FeatureSchema schema, FeatureSlot slot) =>
        new(schema, (in int i, ExampleWriter w) => w.Id(slot, i % 2).Dense(0, i % 2)
            .Label(schema.Tasks[0], i % 2 == 0).Label(schema.Tasks[1], i % 2 == 1).At(1_700_000_000_000 + i));

    private static (FeatureSchema Schema, FeatureSlot Slot) Schema()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", row => row.Bias(new SgdOptions()));
        var slot = builder.Slot("user", "users");
        builder.Task("click");
        builder.Task("buy");
        builder.Dense(1);
        return (builder.Build(), slot);
    }
}
