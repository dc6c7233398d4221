using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

public class GlobalNormTests : LeakChecked
{
    private const int Ids = 40;

    // Under gradient descent with a rate of 1, what a batch moves is its gradient.
    [Test]
    public async Task All_weights_move_less_by_one_factor_which_is_that_of_the_norm([Values(1e-4f, 0.5f)] float limit)
    {
        var free = await Moves(null);
        var norm = Math.Sqrt(free.Sum(m => m * m));
        Assert.That(norm, Is.GreaterThan(1), "so that there is something to clip");
        var clipped = await Moves(limit);
        for (var i = 0; i < free.Length; i++) Assert.That(clipped[i], Is.EqualTo(free[i] * limit / norm).Within(2e-7), $"weight {i}");
        Assert.That(Math.Sqrt(clipped.Sum(m => m * m)), Is.EqualTo(limit).Within(1).Percent);
    }

    [Test]
    public async Task A_norm_within_the_limit_changes_no_bit() => Assert.That(await Moves(1e6f), Is.EqualTo(await Moves(null)));

    [Test]
    public void A_model_that_does_not_support_it_is_refused()
    {
        using var world = new World(new AskingModel { Supports = false }, 1);
        Assert.That(
            () => world.Trainer(), Throws.ArgumentException.With.Message.Contains("ClipGlobalNorm").And.Message.Contains("'asking'"));
    }

    [Test]
    public void A_model_must_ask_exactly_once_a_batch([Values(0, 1, 2)] int times)
    {
        using var world = new World(new AskingModel { Asks = times }, 1);
        var trainer = world.Trainer();
        if (times == 1) Assert.That(() => trainer.RunAsync(), Throws.Nothing);
        else
        {
            Assert.That(
                () => trainer.RunAsync(), Throws.InvalidOperationException.With.Message.Contains(times == 0 ? "did not ask" : "twice"));
        }
    }

    // 1e30 squared is no float: the norm is computed in doubles.
    [Test]
    public async Task Huge_gradients_come_out_finite_and_right()
    {
        using var world = new World(new AskingModel { Gradient = 1e30f }, 2);
        await world.Trainer().RunAsync();
        // One id in each of the rows of one batch; its gradient of 1e30 a row is summed first. Id by id the same, and the bias the only
        // segment.
        var moved = TestTable.Read(world.Tables.Tables[0], TestTable.Range(0, Ids)).Where(w => w != 0).ToArray();
        Assert.That(moved, Is.Not.Empty.And.All.Negative);
        Assert.That(Math.Sqrt(moved.Sum(w => (double)w * w)), Is.EqualTo(2).Within(1e-4).Percent);
    }

    [Test]
    public async Task Gradients_that_no_row_receives_do_not_count([Values] bool isFull)
    {
        using var world = new World(new AskingModel { Gradient = 1 }, 2, table =>
        {
            table.Admission = isFull ? null : new MinOccurrencesOptions(2);
            table.MaxRows = isFull ? 10 : null;
        });
        await world.Trainer().RunAsync();
        var table = world.Tables.Tables[0];
        Assert.That(Math.Min(table.Count, table.GetStatistics().DroppedGradients), Is.GreaterThan(1));
        var moved = TestTable.Read(table, TestTable.Range(0, Ids));
        Assert.That(Math.Sqrt(moved.Sum(w => (double)w * w)), Is.EqualTo(2).Within(1e-4).Percent);
    }

    private static async Task<double[]> Moves(float? limit)
    {
        using var world = new World(null, limit);
        var before = world.Weights();
        await world.Trainer().RunAsync();
        return [.. world.Weights().Select((w, i) => (double)w - before[i])];
    }

    /// <summary>One batch for a small DeepFM, or for another model, everything under gradient descent with a rate of 1.</summary>
    private sealed class World : IDisposable
    {
        private readonly SyntheticClickStream _stream = new(new() { EventCount = 64, EventsPerSecond = 1, Users = Ids, Items = Ids });
        private readonly ExampleSource _source;
        private readonly OnlineModel _model;
        private readonly float? _limit;

        public World(AskingModel? model, float? limit, Action<EmbeddingTableOptions>? configure = null)
        {
            var builder = new FeatureSchemaBuilder();
            builder.Table("users", r => Row(r, model is null), configure);
            var (user, click) = (builder.Slot("user", "users"), builder.Task("click"));
            var schema = builder.Build();
            Tables = new EmbeddingTableSet(schema, new() { Seed = 7, MemoryLimitBytes = 1 << 26 });
            if (model is not null) model.Of = schema;
            _model = (OnlineModel?)model
                ?? new DeepFm(schema, new() { Hidden = [8], Seed = 7, Optimizer = new SgdOptions { LearningRate = 1 } });
            var encoder = new ExampleEncoder<SyntheticClick>(schema, (in SyntheticClick c, ExampleWriter w) =>
                w.Id(user, c.User).Label(click, c.Clicked).At(c.Time));
            _source = ExampleSource.From(_stream.Read, encoder, 64);
            _limit = limit;
            // Rows are born before the batch, so that their first weights are known; where a test says who gets one, they begin at zeros.
            if (configure is null) Tables.Tables[0].LookupOrAdmit(TestTable.Range(0, Ids), [], new float[Ids * Tables.Tables[0].Dimension],
                At.Seconds(0));
        }

        public EmbeddingTableSet Tables { get; }

        public OnlineTrainer Trainer() => new(Tables, _model, _source, new() { ClipGlobalNorm = _limit });

        public float[] Weights() =>
            [.. TestTable.Read(Tables.Tables[0], TestTable.Range(0, Ids)), .. ((BuiltInModel)_model)
                .Graph.Parameters.SelectMany(p => p.Weights)];

        public void Dispose()
        {
            _model.Dispose();
            Tables.Dispose();
        }

        private static void Row(RowBuilder row, bool hasVector)
        {
            row.Bias(new SgdOptions { LearningRate = 1 });
            if (hasVector) row.Vector(4, new SgdOptions { LearningRate = 1 });
        }
    }

    /// <summary>Gives every input one gradient, has no dense weights, and asks as often as it is told.</summary>
    private sealed class AskingModel : OnlineModel
    {
        public FeatureSchema Of { get; set; } = null!;

        public bool Supports { get; init; } = true;

        public int Asks { get; init; } = 1;

        public float Gradient { get; init; }

        public override string Name => "asking";

        public override FeatureSchema Schema => Of;

        public override bool SupportsGlobalNorm => Supports;

        public override void Predict(in PredictContext context) => context.Logits.Clear();

        public override void Train(in TrainContext context)
        {
            context.Logits.Clear();
            foreach (var segment in Of.Layout.Segments) context.Gradients.Block(segment).Fill(Gradient);
            for (var i = 0; i < Asks; i++) context.ScaleOf(0);
        }

        public override void Save(ModelSections sections)
        {
        }

        public override void Load(ModelSections sections) => sections.RequireAllRead();
    }
}
