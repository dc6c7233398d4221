using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Serving;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Features;

/// <summary>Schemas of equal content stand for one another wherever one is asked for; of others, messages say what differs.</summary>
public class EqualSchemaTests : LeakChecked
{
    [Test]
    public async Task A_trainer_over_three_schema_objects_of_equal_content_gives_the_bits_of_one()
    {
        var one = Build();
        var expected = await TrainAsync(one, one, one);
        var actual = await TrainAsync(Build(), Build(), Build());
        Assert.That(actual.Logits, Has.Count.EqualTo(60));
        Assert.That(Bits.Of([.. actual.Logits]), Is.EqualTo(Bits.Of([.. expected.Logits])));
        Assert.That(actual.Model, Is.EqualTo(expected.Model));
    }

    [Test]
    public async Task A_replica_takes_the_slots_of_an_equal_schema()
    {
        using var trained = new TrainedModel();
        using var equal = new TrainedModel(seed: 9);
        trained.Train();
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync();
        using var own = replica.Rent(1);
        using var other = replica.Rent(1);
        var (expected, scores) = (new float[1], new float[1]);
        own.Add().Id(trained.Slots[0], TrainedModel.Id(4)).Id(trained.Slots[2], TrainedModel.Id(31));
        other.Add().Id(equal.Slots[0], TrainedModel.Id(4)).Id(equal.Slots[2], TrainedModel.Id(31));
        replica.Predict(own, expected);
        replica.Predict(other, scores);
        Assert.That(Bits.Of(scores), Is.EqualTo(Bits.Of(expected)));
    }

    [Test]
    public async Task A_factory_may_build_a_schema_for_each_model()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        var made = new List<TrainedModel>();
        await using var replica = await ModelReplica.OpenAsync(
            trained.Store,
            _ =>
            {
                made.Add(new TrainedModel());
                return made[^1].CreateModel();
            },
            trained.Options(), trained.Time);
        trained.AssertEquals(replica);
        trained.Train();
        await trained.CommitAsync();
        await replica.CatchUpAsync();
        trained.AssertEquals(replica);
        Assert.That(made, Has.Count.EqualTo(2));
        foreach (var other in made) other.Dispose();
    }

    [Test]
    public void A_slot_of_another_schema_is_refused_by_what_differs()
    {
        var batch = new FeatureBatch(Build());
        Refused(Build(itemPooling: Pooling.Mean).Slots[1],
            "Slot 'item' belongs to another schema. There it is slot 1, of table 'items', Mean; here it is slot 1, of table 'items', Sum.");
        Refused(Build(isItemFirst: true).Slots[1], "There it is slot 1, of table 'users', Sum; here it is slot 0, of table 'users', Sum.");
        Refused(Build(item: "movie").Slots[1],
            "Slot 'movie' belongs to another schema. This one has no slot of that name, but 'user', 'item'.");

        void Refused(FeatureSlot slot, string message)
        {
            Assert.That(() => batch.BeginRow().Id(slot, 1), Throws.ArgumentException.With.Message.Contains(message));
            batch.AbandonRow();
        }
    }

    [Test]
    public void A_task_of_another_schema_is_refused_by_what_differs()
    {
        var examples = new ExampleBatch(Build());
        var foreign = Build(task: "buy").Tasks[0];
        Assert.That(() => examples.Labels(foreign), Throws.ArgumentException.With.Message.Contains(
            "Task 'buy' belongs to another schema, where it stands at place 0. The tasks of this one are: 'click'."));
    }

    [Test]
    public void Tables_models_and_batches_of_other_schemas_are_refused_by_what_differs()
    {
        var (schema, wider) = (Build(), Build(dimension: 7));
        using var tables = new EmbeddingTableSet(wider, new() { MemoryLimitBytes = 64 << 20 });
        using var own = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 64 << 20 });
        using var model = new LogisticRegression(wider);
        Refused(() => _ = new EmbeddingLayer(tables, schema),
            "table 'users', segment 'vector': dimension 4 in the batches', 7 in the tables'; table 'items', segment 'vector': dim");
        Refused(() => new EmbeddingLayer(own, schema).Lookup(new FeatureBatch(wider)), "dimension 7 in the batch's, 4 in this one");
        Refused(() => _ = new OnlineTrainer(own, model, Source(schema)), "dimension 7 in the model's, 4 in the source's");

        static void Refused(TestDelegate call, string words) =>
            Assert.That(Assert.Throws<ArgumentException>(call)!.Message, Does.Contain(words));
    }

    private static async Task<(List<float> Logits, byte[] Model)> TrainAsync(
        FeatureSchema ofTables, FeatureSchema ofModel, FeatureSchema ofSource)
    {
        var logits = new List<float>();
        using var tables = new EmbeddingTableSet(ofTables, new() { Seed = 3, MemoryLimitBytes = 64 << 20 });
        using var model = new DeepFm(ofModel, new() { Hidden = [6], MaxDegreeOfParallelism = 1 });
        await using var trainer = new OnlineTrainer(
            tables, model, Source(ofSource), new() { Scored = (_, batch) => logits.AddRange(batch) });
        await trainer.RunAsync();
        using var saved = new MemoryStream();
        model.Save(saved);
        return (logits, saved.ToArray());
    }

    private static ExampleSource Source(FeatureSchema schema)
    {
        // Written with the slots of a schema object of its own.
        var other = Build();
        var encoder = new ExampleEncoder<int>(schema, (in int n, ExampleWriter w) =>
            w.Id(other.Slots[0], n % 7).Id(other.Slots[1], n % 5).Label(other.Tasks[0], n % 3 == 0));
        return ExampleSource.From(() => Enumerable.Range(0, 60), encoder, batchSize: 8);
    }

    private static FeatureSchema Build(
        int dimension = 4, Pooling itemPooling = Pooling.Sum, string item = "item", string task = "click", bool isItemFirst = false)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(dimension, new AdagradOptions()));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(dimension, new AdagradOptions()));
        if (!isItemFirst) f.Slot("user", "users");
        f.Slot(item, "items", itemPooling);
        if (isItemFirst) f.Slot("user", "users");
        f.Task(task);
        return f.Build();
    }
}
