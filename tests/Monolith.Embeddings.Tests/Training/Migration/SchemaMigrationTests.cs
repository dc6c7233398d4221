using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Tests.Training.Migration;

public class SchemaMigrationTests
{
    private const int Trained = 640;

    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_700_001_000);

    private static readonly string[] Models = ["deep-fm", "factorization-machine", "logistic-regression"];

    [TestCaseSource(nameof(Models))]
    public async Task A_migration_to_the_same_schema_is_the_identity_and_training_goes_on_to_the_bit(string model)
    {
        var shape = new Shape { Model = model };
        var (old, other) = await TrainedAsync(shape);
        var report = await Migrated.RunAsync(old, shape, other, shape);
        Assert.That(report.Parts.Select(part => part.Outcome), Is.All.EqualTo(MigrationOutcome.Kept), report.ToText());
        await ExpectSameAsync(old, other, shape);
        await Migrated.TrainAsync(old, shape, Trained + 320);
        await Migrated.TrainAsync(other, shape, Trained + 320);
        await ExpectSameAsync(old, other, shape);
    }

    [TestCaseSource(nameof(Models))]
    public async Task With_a_new_slot_empty_predictions_are_the_same_to_the_bit(string model)
    {
        var before = new Shape { Model = model };
        var after = before with
        {
            Tables = [.. before.Tables, ("places", false)],
            Slots = [.. before.Slots, ("place", "places", Pooling.Sum), ("seen", "items", Pooling.Mean)],
            Dense = 3,
        };
        var (old, other) = await TrainedAsync(before);
        var report = await Migrated.RunAsync(old, before, other, after, probe: 500);
        Assert.That((report.Probe!.Unchanged, report.Probe.LargestChange), Is.EqualTo((500L, 0.0)), report.ToText());
        await ExpectSamePredictionsAsync(old, before, other, after, "click");
        // And it is learned.
        await Migrated.TrainAsync(other, after, Trained + 320);
        using var trained = await Migrated.FromAsync(other, after);
        Assert.That(trained.Tables["places"].Count, Is.Positive);
    }

    [Test]
    public async Task Rows_of_tables_that_stay_are_the_same_to_the_bit_with_what_filters_counted()
    {
        var before = new Shape();
        var after = before with
        {
            Tables = [("places", true), .. before.Tables.Reverse()],
            Slots = [.. before.Slots, ("place", "places", Pooling.Sum)],
        };
        var (old, other) = await TrainedAsync(before);
        var report = await Migrated.RunAsync(old, before, other, after);
        using var was = await Migrated.FromAsync(old, before);
        using var now = await Migrated.FromAsync(other, after);
        foreach (var table in (string[])["users", "items"])
        {
            Assert.That(RowsOf(now.Tables[table]), Is.EqualTo(RowsOf(was.Tables[table])), table);
            Assert.That(PartOf(report, MigratedPartKind.Table, table).Rows, Is.EqualTo(was.Tables[table].Count));
        }
        Assert.That(PartOf(report, MigratedPartKind.AdmissionFilter, "users").Rows,
            Is.EqualTo(was.Tables["users"].GetStatistics().PendingIds).And.Positive);
        Assert.That(PartOf(report, MigratedPartKind.Table, "places").Outcome, Is.EqualTo(MigrationOutcome.New));
        // Counts of filters lie by stripes, of which a set of three tables has others: so it is asked whom one more occurrence admits.
        foreach (var id in Enumerable.Range(0, 400))
        {
            var weights = new float[was.Tables["users"].Dimension];
            var found = now.Tables["users"].LookupOrAdmit([id], [1], weights, Time);
            Assert.That(found, Is.EqualTo(was.Tables["users"].LookupOrAdmit([id], [1], weights, Time)), $"{id}");
        }
    }

    [Test]
    public async Task A_changed_optimizer_keeps_the_weights_and_begins_its_state()
    {
        var before = new Shape();
        var after = before with { Vectors = new AdamOptions(), Weights = new FtrlOptions() };
        var (old, other) = await TrainedAsync(before);
        var report = await Migrated.RunAsync(old, before, other, after, probe: 300);
        Assert.That(report.Probe!.Unchanged, Is.EqualTo(report.Probe.Predictions), report.ToText());
        var segment = PartOf(report, MigratedPartKind.Segment, "items/vector");
        Assert.That((segment.Outcome, segment.Reason), Is.EqualTo((MigrationOutcome.KeptInPart,
            "weights are kept and their state begins new, since the state is of 'adagrad' in the snapshot and of 'adam' in the set")));
        Assert.That(PartOf(report, MigratedPartKind.Dense, "layers.0.state").Reason, Is.EqualTo("it was of 'adam' and is of 'ftrl'"));
        await ExpectSamePredictionsAsync(old, before, other, after, "click");
        // A state that does not go with the weights would throw them away at the first step.
        await Migrated.TrainAsync(other, after, Trained + ShapeStream.BatchSize);
        using var was = await Migrated.FromAsync(old, before);
        using var now = await Migrated.FromAsync(other, after);
        var names = before.Slots.Select(slot => slot.Name).ToArray();
        var (then, later) = (await was.PredictAsync(0, 100, names, "click"), await now.PredictAsync(0, 100, names, "click"));
        Assert.That(then.Zip(later, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(0.6f));
    }

    [Test]
    public async Task A_wider_layer_changes_no_prediction()
    {
        var before = new Shape();
        var after = before with { Hidden = [9, 8] };
        var (old, other) = await TrainedAsync(before);
        await Migrated.RunAsync(old, before, other, after);
        await ExpectSamePredictionsAsync(old, before, other, after, "click");
    }

    [Test]
    public async Task A_longer_vector_keeps_its_first_weights_and_their_state()
    {
        var before = new Shape { Model = "logistic-regression" };
        var after = before with { Dimension = 7 };
        var (old, other) = await TrainedAsync(before);
        var report = await Migrated.RunAsync(old, before, other, after);
        Assert.That(PartOf(report, MigratedPartKind.Segment, "items/vector").Reason,
            Is.EqualTo("4 of 7 weights a row come from the 4 old ones, and 3 begin as in a new row"));
        using var was = await Migrated.FromAsync(old, before);
        using var now = await Migrated.FromAsync(other, after);
        long[] ids = [.. Enumerable.Range(0, 60)];
        var (first, second) = (new float[60 * was.Tables["items"].Dimension], new float[60 * now.Tables["items"].Dimension]);
        Assert.That(now.Tables["items"].Lookup(ids, second), Is.EqualTo(was.Tables["items"].Lookup(ids, first)).And.Positive);
        for (var i = 0; i < ids.Length; i++)
            Assert.That(second.AsSpan(i * 8, 5).SequenceEqual(first.AsSpan(i * 5, 5)), $"id {i}");
        // And back again, with the state of the optimizer: nothing of what was kept is lost on the way.
        var third = new MemorySnapshotStore();
        await Migrated.RunAsync(other, after, third, before);
        using var back = await Migrated.FromAsync(third, before);
        Assert.That(back.State.Where(line => !line.StartsWith("model ", StringComparison.Ordinal)),
            Is.EqualTo(was.State.Where(line => !line.StartsWith("model ", StringComparison.Ordinal))));
        await Migrated.TrainAsync(other, after, Trained + 64);
    }

    [TestCaseSource(nameof(Models))]
    public async Task A_task_is_added_and_dropped_again(string model)
    {
        var before = new Shape { Model = model };
        var after = before with { Tasks = ["buy", "click"] };
        var (old, other) = await TrainedAsync(before);
        await Migrated.RunAsync(old, before, other, after);
        using (var was = await Migrated.FromAsync(old, before))
        using (var now = await Migrated.FromAsync(other, after))
            ExpectSameTotals(was, now, "click");
        await Migrated.TrainAsync(other, after, Trained + 320);
        var third = new MemorySnapshotStore();
        var report = await Migrated.RunAsync(other, after, third, before);
        Assert.That(PartOf(report, MigratedPartKind.Task, "buy").Outcome, Is.EqualTo(MigrationOutcome.Dropped));
        // The other task has learned from fewer, so that its totals are known from these.
        using (var was = await Migrated.FromAsync(other, after))
        using (var now = await Migrated.FromAsync(third, before))
            ExpectSameTotals(was, now, "click", Trained + 320);
        await Migrated.TrainAsync(third, before, Trained + 480);
    }

    [Test]
    public async Task Biases_of_tasks_go_with_their_tasks()
    {
        var before = new Shape { Model = "logistic-regression", Tasks = ["click", "buy"], BiasDimension = 0 };
        var after = before with { Tasks = ["share", "buy"] };
        var (old, other) = await TrainedAsync(before);
        await Migrated.RunAsync(old, before, other, after, new() { Tasks = { ["share"] = "click" } });
        await ExpectSamePredictionsAsync(old, before, other, after, "buy");
        await ExpectSamePredictionsAsync(old, before, other, after, "click", "share");
        var third = new MemorySnapshotStore();
        await Migrated.RunAsync(other, after, third, before with { Tasks = ["buy"] });
        // One head sums in another order than several.
        await ExpectSamePredictionsAsync(other, after, third, before with { Tasks = ["buy"] }, "buy", within: 1e-6f);
    }

    [Test]
    public async Task What_was_renamed_is_found()
    {
        var before = new Shape();
        var after = before with
        {
            Tables = [("people", true), ("items", false)],
            Slots = [("person", "people", Pooling.Sum), .. before.Slots.Skip(1)],
            Tasks = ["clicked"],
        };
        var (old, other) = await TrainedAsync(before);
        var options = new SchemaMigrationOptions
        {
            Tables = { ["people"] = "users" },
            Slots = { ["person"] = "user" },
            Tasks = { ["clicked"] = "click" },
        };
        var report = await Migrated.RunAsync(old, before, other, after, options, probe: 200);
        Assert.That(report.Probe!.Unchanged, Is.EqualTo(200), report.ToText());
    }

    [Test]
    public async Task A_dry_run_says_the_same_and_writes_nothing()
    {
        var before = new Shape();
        var after = before with { Dimension = 6, Slots = [.. before.Slots.Take(2)], Hidden = [4] };
        var (old, other) = await TrainedAsync(before);
        var files = await FilesAsync(old);
        var plan = await Migrated.RunAsync(old, before, null, after, probe: 300);
        Assert.That(await FilesAsync(old), Is.EqualTo(files));
        var report = await Migrated.RunAsync(old, before, other, after, probe: 300);
        Assert.That((plan.IsDryRun, report.IsDryRun), Is.EqualTo((true, false)));
        Assert.That(plan.Parts, Is.EqualTo(report.Parts));
        Assert.That(plan.Probe, Is.EqualTo(report.Probe));
        Assert.That(report.ToText(), Does.Contain("dropped      slot             liked"));
    }

    // Without what filters hold, whose lines have a blank.
    private static IEnumerable<string> RowsOf(EmbeddingTable table) => SavedState.Of(table).Where(line => !line.Contains(' '));

    private static async Task<(MemorySnapshotStore Old, MemorySnapshotStore New)> TrainedAsync(Shape shape)
    {
        var store = new MemorySnapshotStore();
        await Migrated.TrainAsync(store, shape, Trained);
        return (store, new MemorySnapshotStore());
    }

    private static async Task ExpectSameAsync(SnapshotStore left, SnapshotStore right, Shape shape)
    {
        using var was = await Migrated.FromAsync(left, shape);
        using var now = await Migrated.FromAsync(right, shape);
        Assert.That(now.State, Is.EqualTo(was.State));
    }

    private static async Task ExpectSamePredictionsAsync(
        SnapshotStore old, Shape before, SnapshotStore other, Shape after, string task, string? renamed = null, float within = 0)
    {
        using var was = await Migrated.FromAsync(old, before);
        using var now = await Migrated.FromAsync(other, after);
        var written = before.Slots.Select(slot => slot.Name).ToArray();
        var then = await was.PredictAsync(0, 400, written, task);
        Assert.That(await now.PredictAsync(0, 400, written, renamed ?? task), Is.EqualTo(then).Within(within));
        Assert.That(then.Distinct().Count(), Is.GreaterThan(100));
    }

    private static void ExpectSameTotals(Migrated was, Migrated now, string task, long examples = Trained)
    {
        var (left, right) = (new ProgressiveMetrics(was.Schema), new ProgressiveMetrics(now.Schema));
        TrainerState.Load(was.Sections["trainer"], left);
        TrainerState.Load(now.Sections["trainer"], right);
        var total = right.Total(now.Schema.Tasks.Single(t => t.Name == task));
        Assert.That(total, Is.EqualTo(left.Total(was.Schema.Tasks.Single(t => t.Name == task))));
        Assert.That(total.Examples, Is.EqualTo(examples));
    }

    private static MigratedPart PartOf(SchemaMigrationReport report, MigratedPartKind kind, string name) =>
        report.Parts.Single(part => part.Kind == kind && part.Name == name);

    private static async Task<List<string>> FilesAsync(SnapshotStore store)
    {
        var files = (await store.ListAsync()).Select(file => $"{file}");
        var manifest = await store.ReadManifestAsync(CancellationToken.None);
        return [.. files.Order(StringComparer.Ordinal), Convert.ToHexString(manifest!.Bytes.Span)];
    }
}
