using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Numbers;

/// <summary>Absurd logits into metrics, absurd rows into replicas, absurd labels and weights into batches.</summary>
[TestFixture]
public sealed class AbsurdMetricsTests
{
    [Test]
    public void MetricsOfAnyLogitsAreNumbers()
    {
        var tried = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var (schema, slot, task) = OneSlot.Of("t", dense: 1);
            var metrics = new ProgressiveMetrics(schema);
            for (var round = 0; round < 5; round++)
            {
                using var batch = new ExampleBatch(schema);
                var logits = new float[8];
                for (var i = 0; i < 8; i++)
                {
                    tried++;
                    var writer = batch.BeginExample().Id(slot, i);
                    var label = random.Next(4) switch { 0 => 0f, 1 => 1, 2 => float.Epsilon, _ => random.NextSingle() };
                    writer.Label(task, label);
                    if (random.Next(3) == 0) writer.Weight(Math.Abs(AbsurdFloats.Finite[random.Next(AbsurdFloats.Finite.Length)]));
                    batch.EndRow();
                    logits[i] = AbsurdFloats.All[random.Next(AbsurdFloats.All.Length)];
                }
                metrics.Add(batch, logits);
                foreach (var told in new[] { metrics.Total(task), metrics.Window(task) })
                {
                    if (told.Weight == 0) continue;
                    Assert.That(double.IsFinite(told.LogLoss) && told.LogLoss >= 0, Is.True, $"seed {seed}: {told}");
                    Assert.That(told.PositiveRate, Is.InRange(0.0, 1.0), $"seed {seed}: {told}");
                    Assert.That(double.IsNaN(told.Auc) || told.Auc is >= 0 and <= 1, Is.True, $"seed {seed}: {told}");
                    Assert.That(told.Calibration, Is.Not.NaN, $"seed {seed}: {told}");
                }
            }
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void LabelsWeightsAndValuesOutsideTheirRangesAreRefusedAndTheBatchStays()
    {
        var tried = 0;
        foreach (var value in AbsurdFloats.All)
        {
            var (schema, slot, task) = OneSlot.Of("t", dense: 1);
            using var batch = new ExampleBatch(schema);
            var isFinite = float.IsFinite(value);
            Check(value is >= 0 and <= 1 || float.IsNaN(value), w => w.Label(task, value));
            Check(isFinite && value >= 0, w => w.Weight(value));
            Check(isFinite, w => w.LogitOffset(task, value));
            Check(isFinite, w => w.Dense(0, value));
            Check(isFinite, w => w.Id(slot, 1, value));
            Check(isFinite, w => w.Ids(slot, [1, 2], [1, value]));

            void Check(bool isLegal, ExampleEncodingOfNothing encode)
            {
                tried++;
                var encoder = new ExampleEncoder<int>(schema, (in int _, ExampleWriter w) => encode(w));
                var rows = batch.Rows;
                if (isLegal) encoder.Encode(0, batch);
                else Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Encode(0, batch), $"{value:R}");
                Assert.That(batch.Rows, Is.EqualTo(rows + (isLegal ? 1 : 0)));
            }
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public async Task ReplicasOfEveryFormatReadFiniteWeightsOfAbsurdRows()
    {
        var tried = 0;
        foreach (var format in Enum.GetValues<RowFormat>())
        {
            var schema = OneSlot.Of("t", vector: 3);
            var store = new MemorySnapshotStore();
            var finite = AbsurdFloats.Finite;
            var random = new Random(17);
            var ids = Enumerable.Range(0, 2000).Select(i => (long)i).ToArray();
            await using var learning = new StreamTrainer<int>(
                schema.Encoder<int>(i => (i, i % 2 == 0, 1_600_000_000_000 + i)), () => Enumerable.Range(0, 64), 64, store);
            await learning.Trainer.RunAsync();
            await learning.Trainer.DisposeAsync();
            await using var replica = await OpenAsync(store, schema.Schema, format);
            if (replica is null) continue;
            foreach (var id in ids) learning.Tables["t"].Assign(
                [id], [.. Enumerable.Range(0, 4).Select(_ => finite[random.Next(finite.Length)])],
                At.Seconds(0));
            using var newTables = new EmbeddingTableSet(schema.Schema, new() { MemoryLimitBytes = 4 << 20 });
            using (var chain = await SnapshotChain.OpenAsync(store, newTables, new SnapshotChainOptions { PublishServing = true }))
            {
                var rows = new float[4 * ids.Length];
                learning.Tables["t"].Lookup(ids, rows);
                newTables["t"].Assign(ids, rows, At.Seconds(1_600_000_000));
                await chain.CommitAsync(chain.RestoredSections);
            }
            await replica.CatchUpAsync();
            var read = new float[4 * ids.Length];
            replica.Lookup("t", ids, read);
            tried += ids.Length;
            if (!AbsurdFloats.AreFinite(read)) Assert.Fail($"{format}");
            Assert.That(replica.LastFailure, Is.Null, $"{format}");
            TestContext.Out.WriteLine($"{format}: {replica.RefusedRows} refused");
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    private delegate void ExampleEncodingOfNothing(ExampleWriter writer);

    private static async Task<ModelReplica?> OpenAsync(SnapshotStore store, FeatureSchema schema, RowFormat format)
    {
        try
        {
            return await ModelReplica.OpenAsync(store, new LogisticRegression(schema), new ModelReplicaOptions { Precision = format });
        }
        catch (Microsoft.Extensions.Options.OptionsValidationException)
        {
            return null;
        }
    }
}
