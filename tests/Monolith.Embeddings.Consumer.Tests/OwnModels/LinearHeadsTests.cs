using Monolith.Embeddings.Features;
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
        // User 0 clicks and never buys, user 1 buys and never clicks.
        var encoder = new ExampleEncoder<int>(schema, (in int i, ExampleWriter w) => w.Id(slot, i % 2).Dense(0, i % 2)
            .Label(schema.Tasks[0], i % 2 == 0).Label(schema.Tasks[1], i % 2 == 1).At(1_700_000_000_000 + i));
        var shapes = 0;
        var options = new OnlineTrainerOptions
        {
            Scored = (examples, logits) => shapes += logits.Length == 2 * examples.Rows ? 1 : 0,
            ClipGlobalNorm = 100,
        };
        var source = ExampleSource.From(() => Enumerable.Range(0, 1000), encoder, 50);
        await using (var trainer = new OnlineTrainer(tables, model, source, store, options))
        {
            var report = await trainer.RunAsync();
            Assert.That((shapes, report.Total.Auc), Is.EqualTo((20, trainer.Metrics.Total(schema.Tasks[1]).Auc)),
                "the last task is reported");
            Assert.That(trainer.Metrics.Total(schema.Tasks[0]).Auc, Is.GreaterThan(0.95));
        }
        await using var replica = await ModelReplica.OpenAsync(store, new LinearHeads(schema));
        using var request = replica.Rent(2);
        request.Add().Id(slot, 0).Dense(0, 0);
        request.Add().Id(slot, 1).Dense(0, 1);
        var scores = new float[4];
        replica.Predict(request, scores);
        Assert.That(scores[0], Is.GreaterThan(scores[1]), "user 0 clicks rather than buys");
        Assert.That(scores[3], Is.GreaterThan(scores[2]), "user 1 buys rather than clicks");
    }

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
