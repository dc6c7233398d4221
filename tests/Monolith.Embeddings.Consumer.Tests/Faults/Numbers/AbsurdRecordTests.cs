using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Numbers;

/// <summary>
/// A few absurd records in a stream: the metrics stay numbers, the others are learned, and what is committed can be loaded.
/// </summary>
[TestFixture]
public sealed class AbsurdRecordTests
{
    private const int Records = 20_000;
    private static readonly string[] Models = ["lr", "fm", "deepfm"];

    [Test]
    public async Task ThreeAbsurdRecordsAmongTwentyThousandAreNotTheEndOfLearning([ValueSource(nameof(Models))] string model)
    {
        var right = await TrainAsync(model, [], Pooling.Sum, null);
        var tried = 0;
        foreach (var field in new[] { "weight", "id weight", "dense", "offset", "all" })
            foreach (var size in new[] { 1e6f, 1e20f, 3e38f, -3e38f })
            {
                if (field is "weight" or "all" && size < 0) continue;
                var pooling = (Pooling)(tried % 4);
                var got = await TrainAsync(model, Absurd(field, size), pooling, null);
                tried++;
                var what = $"{model}, {field} {size:R}, {pooling}";
                AssertNumbers(got.Window, what);
                AssertNumbers(got.Total, what);
                Assert.That(got.Window.Auc, Is.GreaterThan(right.Window.Auc - 0.06), what);
            }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public async Task RatesThatDivergeNeverReachACommitAsNumbersThatAreNotFinite([ValueSource(nameof(Models))] string model)
    {
        var (tried, refused, stopped, committed) = (0, 0, 0, 0);
        foreach (var rate in new[] { 10f, 1e15f, 1e38f, float.MaxValue })
            foreach (var rule in new Func<OptimizerOptions>[] { () => new SgdOptions(), () => new MomentumOptions(),
                () => new AdagradOptions(), () => new AdamOptions(), () => new RowWiseAdagradOptions() })
            {
                tried++;
                var what = $"{model}, {rule().GetType().Name} at {rate:R}";
                OptimizerOptions Rule()
                {
                    var options = rule();
                    options.LearningRate = rate;
                    return options;
                }
                var store = new MemorySnapshotStore();
                try
                {
                    await TrainAsync(model, [], (Pooling)(tried % 4), store, Rule);
                }
                catch (Microsoft.Extensions.Options.OptionsValidationException)
                {
                    refused++;
                    continue;
                }
                catch (TrainingDivergedException)
                {
                    stopped++;
                }
                if (await store.ReadManifestAsync() is not { } manifest || SnapshotManifest.Parse(manifest.Bytes.Span).Newest is null)
                    continue;
                committed++;
                var verified = await SnapshotInspector.VerifyAsync(store);
                Assert.That(verified.Problems, Is.Empty, what);
                await AssertLoadsAsync(model, (Pooling)(tried % 4), store, Rule, what);
            }
        TestContext.Out.WriteLine($"tried {tried}: {refused} refused, {stopped} stopped, {committed} have commits");
    }

    private static async Task AssertLoadsAsync(string name, Pooling pooling, SnapshotStore store, Func<OptimizerOptions> rule, string what)
    {
        var (schema, encoder) = Schema(pooling, rule);
        await using var learning = Trainer(name, encoder, () => Stream([]), rule, store);
        var (tables, model) = (learning.Tables, learning.Model);
        await learning.Trainer.SetEventTimeBackAsync(DateTimeOffset.UtcNow);
        Assert.That(learning.Trainer.Examples, Is.GreaterThan(0), what);
        AssertFinite(tables, what);
        Assert.That(tables.Tables.Sum(t => t.GetStatistics().NonFiniteValues), Is.Zero, $"{what}: rows of the commit were refused");
        using var saved = new MemoryStream();
        model.Save(saved);
        Assert.That(HoldsWhatIsNotFinite(saved.ToArray()), Is.False, $"{what}: the dense weights");
        using var other = Model(name, schema, rule);
        await using var replica = await Serving.ModelReplica.OpenAsync(store, other);
        foreach (var table in tables.Tables)
        {
            var rows = new float[200 * table.Dimension];
            replica.Lookup(table.Name, [.. Enumerable.Range(0, 200)], rows);
            if (!AbsurdFloats.AreFinite(rows)) Assert.Fail($"{what}: the replica of '{table.Name}'");
        }
    }

    // A file's form is the library's own, but floats are four bytes in every form: an infinity or the usual NaN would be seen.
    private static bool HoldsWhatIsNotFinite(byte[] bytes)
    {
        for (var i = 0; i + 4 <= bytes.Length; i++)
            if ((BitConverter.ToUInt32(bytes, i) & 0x7FFFFFFF) is 0x7F800000 or 0x7FC00000) return true;
        return false;
    }

    private static void AssertFinite(EmbeddingTableSet tables, string what)
    {
        foreach (var table in tables.Tables)
            foreach (var chunk in table.EnumerateRows())
            {
                if (!AbsurdFloats.AreFinite(chunk.Weights)) Assert.Fail($"{what}: {AbsurdFloats.Bits(chunk.Weights)}");
                foreach (var id in chunk.Ids)
                {
                    var told = table.Explain(id);
                    if (!told.Segments.All(s => double.IsFinite(s.StateNorm))) Assert.Fail($"{what}: {told}");
                }
            }
    }

    [Test]
    public async Task ALostRecordTeachesNothingAndTheOthersTeachWhatTheyTeachWithoutIt([ValueSource(nameof(Models))] string model)
    {
        var (tried, lost) = (0, 0);
        foreach (var field in new[] { "weight", "id weight", "dense", "offset", "all" })
            foreach (var size in new[] { 1e4f, 1e9f, 1e13f, 1e25f, 3e38f, -3e38f, -1e11f })
            {
                if (field is "weight" or "all" && size < 0) continue;
                tried++;
                var pooling = (Pooling)(tried % 4);
                var what = $"{model}, {field} {size:R}, {pooling}";
                var (got, refused) = await LearnAsync(model, Absurd(field, size), pooling, 2_000);
                Assert.That(refused, Is.InRange(0, 3), what);
                if (refused < 3) continue;
                lost++;
                var (right, _) = await LearnAsync(model, Absurd("nothing", 0), pooling, 2_000);
                Assert.That(got, Is.EqualTo(right), what);
            }
        TestContext.Out.WriteLine($"tried {tried}, of which {lost} lost their three records");
        Assert.That(lost, Is.GreaterThan(8));
    }

    // All that was learned, in a form that can be compared: every row, and the dense model.
    private static async Task<(string Learned, long Lost)> LearnAsync(string name, Dictionary<int, Func<AbsurdRecord, AbsurdRecord>> absurd,
        Pooling pooling, int records)
    {
        var (_, encoder) = Schema(pooling, null);
        var moved = absurd.ToDictionary(a => a.Key / 10, a => a.Value);
        await using var learning = Trainer(name, encoder, () => Stream(moved).Take(records));
        var (tables, model) = (learning.Tables, learning.Model);
        await learning.Trainer.RunAsync();
        var learned = new System.Text.StringBuilder();
        foreach (var table in tables.Tables)
        {
            var rows = new float[200 * table.Dimension];
            table.Lookup([.. Enumerable.Range(0, 200)], rows);
            learned.Append(Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(rows.AsSpan()))).Append(' ');
            for (var id = 0; id < 200; id++)
                foreach (var segment in table.Explain(id).Segments)
                    learned.Append(BitConverter.DoubleToInt64Bits(segment.StateNorm)).Append(' ');
        }
        using var saved = new MemoryStream();
        model.Save(saved);
        return (learned + Convert.ToHexString(saved.ToArray()), model.NonFiniteRows);
    }

    private static Dictionary<int, Func<AbsurdRecord, AbsurdRecord>> Absurd(string field, float size) =>
        new[] { 3_001, 7_777, 12_345 }.ToDictionary(i => i, _ => new Func<AbsurdRecord, AbsurdRecord>(r => field switch
        {
            "weight" => r with { Weight = size },
            "id weight" => r with { IdWeight = size },
            "dense" => r with { Dense = size },
            "offset" => r with { Offset = size },
            "nothing" => r with { Weight = 0 },
            _ => r with { Weight = size, IdWeight = size, Dense = size, Offset = size },
        }));

    private static void AssertNumbers(MetricsSummary metrics, string what)
    {
        Assert.That(double.IsFinite(metrics.Auc) && metrics.Auc is >= 0 and <= 1, Is.True, $"{what}: AUC {metrics.Auc}");
        Assert.That(double.IsFinite(metrics.LogLoss) && metrics.LogLoss >= 0, Is.True, $"{what}: log-loss {metrics.LogLoss}");
        Assert.That(double.IsFinite(metrics.Calibration) && metrics.Calibration >= 0, Is.True,
            $"{what}: calibration {metrics.Calibration}");
        Assert.That(double.IsFinite(metrics.Weight) && metrics.Weight > 0, Is.True, $"{what}: weight {metrics.Weight}");
        Assert.That(metrics.PositiveRate, Is.InRange(0.0, 1.0), what);
    }

    private static async Task<TrainingProgress> TrainAsync(string name, Dictionary<int, Func<AbsurdRecord, AbsurdRecord>> absurd,
        Pooling pooling, SnapshotStore? store,
        Func<OptimizerOptions>? rule = null)
    {
        var (_, encoder) = Schema(pooling, rule);
        var options = new OnlineTrainerOptions { WindowExamples = 5_000 };
        if (store is not null) options.Synchronization.SparseEvery = Schedule.ByBatches(2);
        await using var learning = Trainer(name, encoder, () => Stream(absurd), rule, store, options);
        var last = await learning.Trainer.RunAsync(new Observer(p => { if (rule is null) AssertNumbers(p.Window, name); }));
        AssertFinite(learning.Tables, name);
        return last;
    }

    private static StreamTrainer<AbsurdRecord> Trainer(
        string model, ExampleEncoder<AbsurdRecord> encoder, Func<IEnumerable<AbsurdRecord>> records, Func<OptimizerOptions>? rule = null,
        SnapshotStore? store = null, OnlineTrainerOptions? options = null) =>
        new(encoder, records, 64, store, options, new() { MemoryLimitBytes = 64 << 20, Seed = 1 },
            model: Model(model, encoder.Schema, rule));

    private static IEnumerable<AbsurdRecord> Stream(Dictionary<int, Func<AbsurdRecord, AbsurdRecord>> absurd)
    {
        var random = new Random(6);
        var (users, items) = (Tastes(random), Tastes(random));
        for (var i = 0; i < Records; i++)
        {
            var (user, item) = (random.Next(200), random.Next(200));
            var logit = users[user] + items[item];
            var record = new AbsurdRecord(user, item, random.NextDouble() < 1 / (1 + Math.Exp(-logit)), random.NextSingle(), 1, 1, 0,
                1_600_000_000_000 + i * 1000L);
            yield return absurd.TryGetValue(i, out var change) ? change(record) : record;
        }
    }

    private static double[] Tastes(Random random) => [.. Enumerable.Range(0, 200).Select(_ => (random.NextDouble() - 0.5) * 6)];

    private static (FeatureSchema Schema, ExampleEncoder<AbsurdRecord> Encoder) Schema(Pooling pooling, Func<OptimizerOptions>? rule)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(rule?.Invoke() ?? new FtrlOptions())
            .Vector(8, rule?.Invoke() ?? new AdagradOptions { LearningRate = 0.05f }));
        f.Table("items", r => r.Bias(rule?.Invoke() ?? new AdamOptions()).Vector(8, rule?.Invoke() ?? new AdamOptions()));
        var user = f.Slot("user", "users", pooling);
        var item = f.Slot("item", "items", pooling);
        f.Dense(1);
        var click = f.Task("click");
        var schema = f.Build();
        return (schema, new ExampleEncoder<AbsurdRecord>(schema, (in AbsurdRecord r, ExampleWriter w) => w
            .Id(user, r.User).Id(item, r.Item, r.IdWeight).Dense(0, r.Dense).Weight(r.Weight).LogitOffset(click, r.Offset)
                .Label(click, r.Clicked).At(r.Milliseconds)));
    }

    private static BuiltInModel Model(string name, FeatureSchema schema, Func<OptimizerOptions>? rule = null)
    {
        var optimizer = rule?.Invoke() ?? new AdagradOptions();
        return name switch
        {
            "lr" => new LogisticRegression(schema, new() { Optimizer = optimizer }),
            "fm" => new FactorizationMachine(schema, new() { Optimizer = optimizer }),
            _ => new DeepFm(schema, new() { Hidden = [8], Optimizer = optimizer }),
        };
    }

    private sealed class Observer(Action<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told(value);
    }
}
