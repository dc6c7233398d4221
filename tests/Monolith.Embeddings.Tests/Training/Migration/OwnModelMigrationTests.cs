using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Migration;

public class OwnModelMigrationTests
{
    private static readonly Shape Before = new();
    private static readonly Shape Wider = Before with { Slots = [.. Before.Slots, ("seen", "items", Pooling.Mean)], Dense = 4 };

    [Test]
    public async Task A_model_that_says_what_its_weights_belong_to_keeps_them()
    {
        var report = await MigrateAsync(Wider, tells: true);
        Assert.That((report.Probe!.Unchanged, report.Probe.Predictions), Is.EqualTo((200L, 200L)), report.ToText());
        var outcomes = Dense(report).Select(part => part.Outcome);
        Assert.That(outcomes, Does.Contain(MigrationOutcome.Kept).And.Contain(MigrationOutcome.KeptInPart));
    }

    [Test]
    public async Task One_that_does_not_is_begun_new_where_its_inputs_changed()
    {
        var report = await MigrateAsync(Wider, tells: false);
        Assert.That(Dense(report).Select(part => (part.Outcome, part.Rows)), Is.All.EqualTo((MigrationOutcome.New, (long?)0)));
        Assert.That(Dense(report)[0].Reason, Is.EqualTo(
            "the model does not say what its weights belong to (SectionLayouts), and its inputs have changed"));
        Assert.That(report.Probe!.Unchanged, Is.LessThan(100));
        Assert.That(report.Parts.Where(part => part.Kind == MigratedPartKind.Table).Select(part => part.Outcome),
            Is.All.EqualTo(MigrationOutcome.Kept));
    }

    [Test]
    public async Task One_that_does_not_is_kept_whole_where_they_did_not()
    {
        var after = Before with { Vectors = new AdamOptions(), Tables = [("users", false), ("items", true)] };
        var report = await MigrateAsync(after, tells: false);
        Assert.That(Dense(report).Select(part => part.Outcome), Is.All.EqualTo(MigrationOutcome.Kept), report.ToText());
        Assert.That((report.Probe!.Unchanged, report.Probe.Predictions), Is.EqualTo((200L, 200L)));
    }

    [Test]
    public void A_layout_that_does_not_fit_its_section_is_told()
    {
        var failure = Assert.ThrowsAsync<InvalidOperationException>(
            () => MigrateAsync(Wider, tells: true, schema => new WrongModel(schema)))!;
        Assert.That(failure.Message, Is.EqualTo("The layout of section 'linear' of model 'own' says 7 floats, and the section has 5."));
    }

    private static async Task<SchemaMigrationReport> MigrateAsync(Shape shape, bool tells, Func<FeatureSchema, OnlineModel>? create = null)
    {
        create ??= schema => new OwnModel(schema, tells);
        var store = new MemorySnapshotStore();
        var (before, after) = (Before.CreateSchema(), shape.CreateSchema());
        using var model = new OwnModel(before, tells);
        using (var trained = Shape.CreateTables(before))
        {
            await using var trainer = new OnlineTrainer(trained, model, ShapeStream.Of(before, 320), store);
            await trainer.RunAsync();
        }
        using var tables = Shape.CreateTables(after);
        using var old = new OwnModel(before, tells);
        using var now = create(after);
        var target = new MemorySnapshotStore();
        var report = await new SchemaMigration(store, old, tables, now).RunAsync(target, ShapeStream.Of(before, 200));
        await using var next = new OnlineTrainer(tables, now, ShapeStream.Of(after, 400), target);
        Assert.That((await next.RunAsync()).Examples, Is.EqualTo(400));
        return report;
    }

    private static List<MigratedPart> Dense(SchemaMigrationReport report) =>
        [.. report.Parts.Where(part => part.Kind == MigratedPartKind.Dense)];

    private sealed class WrongModel(FeatureSchema schema) : OnlineModel
    {
        private readonly OwnModel _inner = new(schema, tells: true);

        public override string Name => "own";

        public override FeatureSchema Schema => schema;

        public override IReadOnlyList<ModelSectionLayout> SectionLayouts =>
            [new() { Section = "linear", Axes = [new(new ModelSectionRange("a", 7))] }];

        public override void Predict(in PredictContext context) => _inner.Predict(in context);

        public override void Train(in TrainContext context) => _inner.Train(in context);

        public override void Save(ModelSections sections) => _inner.Save(sections);

        public override void Load(ModelSections sections) => _inner.Load(sections);
    }
}
