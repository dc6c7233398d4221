using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Options;

namespace Monolith.Embeddings.Tests.Features;

public class SchemaFingerprintTests
{
    // Each line differs from the first in one thing.
    private static readonly (string What, Func<FeatureSchema> Schema)[] Different =
    [
        ("none", () => Build()),
        ("table", () => Build(table: "b")),
        ("segment", () => Build(segment: "x")),
        ("dimension", () => Build(dimension: 5)),
        ("optimizer", () => Build(optimizer: new SgdOptions())),
        ("initializer", () => Build(initializer: new NormalInitializerOptions())),
        ("slots in ids", () => Build(configure: t => t.IdsCarrySlots = true)),
        ("slot", () => Build(slot: "x")),
        ("pooling", () => Build(pooling: Pooling.Mean)),
        ("first 3", () => Build(pooling: Pooling.FirstN, maxIds: 3)),
        ("first 4", () => Build(pooling: Pooling.FirstN, maxIds: 4)),
        ("task", () => Build(task: "x")),
        ("dense", () => Build(dense: 1)),
        ("another slot", () => Build(more: b => b.Slot("t", "a"))),
        ("another task", () => Build(more: b => b.Task("t"))),
        ("another table", () => Build(more: b => b.Table("c", r => r.Bias(new FtrlOptions())))),
        ("calibration", () => Build(correction: new() { Correction = FeedbackCorrection.FakeNegativeCalibration })),
        ("weighting", () => Build(correction: new() { Correction = FeedbackCorrection.FakeNegativeWeighting })),
        ("delay model", () => Build(correction: new() { Correction = FeedbackCorrection.DelayModel })),
        ("delays by the minute", () => Build(correction: ByTheMinute(FeedbackCorrection.DelayModel))),
        ("seam 1", () => Build(slot: "ab", task: "c")),
        ("seam 2", () => Build(slot: "a", task: "bc")),
        ("imitation", () => Build(slot: "s\n4:task 1:t ")),
    ];

    [Test]
    public void Everything_that_shapes_rows_and_inputs_changes_it()
    {
        var seen = new Dictionary<ulong, string>();
        foreach (var (what, schema) in Different)
            Assert.That(seen.TryAdd(schema().Fingerprint, what), Is.True,
                $"'{what}' has the fingerprint of '{seen.GetValueOrDefault(schema().Fingerprint)}'");
    }

    [Test]
    public void What_does_not_shape_them_leaves_it()
    {
        var first = Build().Fingerprint;
        Assert.That(Build().Fingerprint, Is.EqualTo(first), "the same again");
        Assert.That(Build(optimizer: new AdagradOptions { LearningRate = 0.5f }).Fingerprint, Is.EqualTo(first), "learning rate");
        Assert.That(Build(configure: t => t.Stripes = 8).Fingerprint, Is.EqualTo(first), "stripes");
        Assert.That(Build(correction: ByTheMinute(FeedbackCorrection.None)).Fingerprint, Is.EqualTo(first), "a unit without delays");
        Assert.That(Build(maxIds: 7).Fingerprint, Is.EqualTo(first), "the most ids of a sum");
    }

    // Files carry it: a change of this number makes all earlier ones unreadable.
    [Test]
    public void It_is_golden() => Assert.That(Build().Fingerprint, Is.EqualTo(9088320558195291217UL));

    // As the first release wrote them: a change makes stores unreadable.
    [TestCaseSource(nameof(Written))]
    public void A_rule_is_written_as_at_first(OptimizerOptions rule, string word) =>
        Assert.That(FingerprintNames.Of(rule), Is.EqualTo(word));

    [Test]
    public void An_own_rule_is_known_by_its_name_and_not_by_its_class()
    {
        var (one, other) = (Build(optimizer: new NamedOptions("mine")).Fingerprint, Build(optimizer: new OtherOptions("mine")).Fingerprint);
        Assert.That((one == other, one == Build(optimizer: new NamedOptions("yours")).Fingerprint), Is.EqualTo((true, false)));
    }

    private static object[][] Written =>
    [
        [new AdadeltaOptions(), "AdadeltaOptions"], [new AdagradOptions(), "AdagradOptions"], [new AdamOptions(), "AdamOptions"],
        [new AdamOptions { AmsGrad = true }, "AdamOptions"], [new FtrlOptions(), "FtrlOptions"],
        [new GroupAdagradOptions(), "GroupAdagradOptions"],
        [new GroupFtrlOptions(), "GroupFtrlOptions"], [new IdIntervalOptions(), "IdIntervalOptions"],
        [new MomentumOptions(), "MomentumOptions"],
        [new MovingAverageOptions(), "MovingAverageOptions"], [new RmsPropOptions(), "RmsPropOptions"], [new SgdOptions(), "SgdOptions"],
        [new RowWiseAdagradOptions(), "RowWiseAdagradOptions"],
        [new DelayCompensationOptions { Inner = new AdamOptions() }, "DelayCompensationOptions(AdamOptions)"],
    ];

    private class NamedOptions(string name) : OptimizerOptions
    {
        public override Optimizer Create() => new NamedRule(name);
    }

    private sealed class OtherOptions(string name) : NamedOptions(name);

    private sealed class NamedRule(string name) : Optimizer
    {
        public override string Name => name;

        public override int StateLength(int dimension) => 0;

        public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state)
        {
        }

        public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
        {
        }
    }

    private static LabelTaskOptions ByTheMinute(FeedbackCorrection correction) =>
        new() { Correction = correction, DelayUnit = TimeSpan.FromMinutes(1) };

    private static FeatureSchema Build(
        string table = "a", string segment = "v", int dimension = 4, OptimizerOptions? optimizer = null,
        InitializerOptions? initializer = null,
        string slot = "s", Pooling pooling = Pooling.Sum, int maxIds = int.MaxValue, string task = "y", int dense = 0,
        Action<EmbeddingTableOptions>? configure = null, Action<FeatureSchemaBuilder>? more = null, LabelTaskOptions? correction = null)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table(table, r =>
            r.Segment(segment, dimension, optimizer ?? new AdagradOptions(), initializer ?? new UniformInitializerOptions()), configure);
        builder.Slot(slot, table, pooling, maxIds);
        builder.Task(task, correction);
        builder.Dense(dense);
        more?.Invoke(builder);
        return builder.Build();
    }
}
