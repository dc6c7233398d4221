using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>Options that changed from one start to the next: the message says what differs, old and new.</summary>
public class ChangedOptionsTests : LeakChecked
{
    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task A_filter_that_cannot_read_its_records_says_what_it_was_and_is()
    {
        var store = await SaveAsync(Of(WithFilter(new MinOccurrencesOptions(3))));
        foreach (var now in (AdmissionFilterOptions[])
            [new MinOccurrencesOptions(3) { HalfLifeSteps = 5 },
                new MinOccurrencesOptions(3) { Counter = new SketchCounterOptions { Capacity = 30_000 } }])
        {
            var message = await RefusalAsync(store, Of(WithFilter(now)));
            Assert.That(message, Does.Contain("table 'plain' admission was: MinOccurrences(3, ExactCounter), and is now: " + now));
        }
    }

    [Test]
    public async Task Another_filter_or_none_is_named()
    {
        var store = await SaveAsync(Of(WithFilter(new MinOccurrencesOptions(3))));
        Assert.That(await RefusalAsync(store, Of(WithFilter(null))),
            Does.Contain("admission filter 'min-occurrences' in the store, none here"));
        Assert.That(await RefusalAsync(store, Of(WithFilter(new AllOfOptions(new MinOccurrencesOptions(3))))),
            Does.Contain("'min-occurrences' in the store, 'all-of(min-occurrences)' here"));
    }

    [Test]
    public async Task A_threshold_may_change_and_what_the_message_says_is_of_the_last_trainer()
    {
        var store = await SaveAsync(Of(WithFilter(new MinOccurrencesOptions(3))));
        using (var tables = Create(Of(WithFilter(new MinOccurrencesOptions(4)))))
        using (var chain = await SnapshotChain.OpenAsync(store, tables))
        {
            tables.Tables[0].LookupOrAdmit([70, 71], [], new float[4], At.Seconds(9));
            Assert.That((await chain.CommitAsync(NoSections)).Kind, Is.EqualTo(SnapshotKind.Delta));
        }
        var now = new MinOccurrencesOptions(4) { HalfLifeSteps = 5 };
        Assert.That(await RefusalAsync(store, Of(WithFilter(now))),
            Does.Contain("was: MinOccurrences(4, ExactCounter), and is now: " + now));
        await SnapshotCompactor.CompactAsync(store);
        Assert.That(await RefusalAsync(store, Of(WithFilter(now))),
            Does.Contain("was: MinOccurrences(4, ExactCounter), and is now: " + now));
    }

    [Test]
    public async Task Fewer_rows_than_there_are_say_the_limit_before_and_now()
    {
        var store = await SaveAsync(Of(TestTable.Plain(4, 2, o => o.MaxRows = 500)));
        using var tables = Create(Of(TestTable.Plain(4, 2, o => o.MaxRows = 15)));
        var refusal = Assert.ThrowsAsync<InsufficientMemoryException>(() => SnapshotChain.OpenAsync(store, tables))!;
        Assert.That(refusal.Message, Does.Contain("had room for 500").And.Contain("now it has for 15"));
        Assert.That(refusal.Message, Does.Contain("table 'plain' limits was: MaxRows 500, and is now: MaxRows 15"));
    }

    [Test]
    public async Task Slots_and_poolings_are_named_not_numbered()
    {
        var store = await SaveAsync(Schema());
        Assert.That(await RefusalAsync(store, Schema(pooling: Pooling.Mean)),
            Does.Contain("slot 'user' was: table 'users', Sum, and is now: table 'users', Mean"));
        Assert.That(await RefusalAsync(store, Schema(slot: "visitor")),
            Does.Contain("slot 'user' is gone, it was: table 'users', Sum").And.Contain("slot 'visitor' is new: table 'users', Sum"));
        Assert.That(await RefusalAsync(store, Schema(task: "buy")), Does.Contain("tasks was: click, and is now: buy"));
        Assert.That(await RefusalAsync(store, Schema(dense: 3)), Does.Contain("dense features was: 2, and is now: 3"));
    }

    [Test]
    public async Task A_replica_of_another_schema_says_what_differs()
    {
        var store = await SaveAsync(Schema());
        var other = Schema(pooling: Pooling.Mean);
        var refusal = Assert.ThrowsAsync<SnapshotException>(() => ModelReplica.OpenAsync(store, new LogisticRegression(other)))!;
        Assert.That(refusal.Message, Does.Contain("slot 'user' was: table 'users', Sum, and is now: table 'users', Mean"));
    }

    [Test]
    public async Task A_replica_of_another_dimension_says_the_two_numbers_and_nothing_else()
    {
        var store = await SaveAsync(Shaped(16, new SgdOptions()));
        var other = Shaped(32, new AdagradOptions());
        var refusal = Assert.ThrowsAsync<SnapshotException>(() => ModelReplica.OpenAsync(store, new LogisticRegression(other)))!;
        Assert.That(refusal.Message, Does.Contain(": table 'users', segment 'vector': dimension 16 in the store, 32 here, "
            + "optimizer Sgd in the store, Adagrad here. A replica"));

        static FeatureSchema Shaped(int dimension, OptimizerOptions optimizer)
        {
            var f = new FeatureSchemaBuilder();
            f.Table("users", r => r.Bias(new FtrlOptions()).Vector(dimension, optimizer));
            f.Slot("user", "users");
            f.Task("click");
            return f.Build();
        }
    }

    [Test]
    public async Task Segments_say_what_of_them_differs()
    {
        var store = await SaveAsync(Of(TestTable.Plain()));
        var now = TestTable.Plain(dimension: 5);
        (now.Segments[0].Optimizer, now.Segments[0].Precision) = (new AdagradOptions(), RowPrecision.Float16);
        var message = await RefusalAsync(store, Of(now));
        Assert.That(message, Does.Contain(
            "segment 'vector', dimension 2 in the store, 5 here, optimizer 'sgd' in the store, 'adagrad' here"));
        Assert.That(message, Does.Contain("precision Float32 in the store, Float16 here").And.Not.Contain("{"));
        Assert.That(message, Does.EndWith("or learn into a new store, whose tables WarmStart fills from this one."));
    }

    [Test]
    public async Task A_file_that_does_not_say_what_its_schema_was_is_restored_and_refused_as_before()
    {
        var (store, schema) = (await SaveAsync(Schema()), Schema());
        var old = await WithoutDescriptionAsync(store);
        Assert.That(await RefusalAsync(old, Schema(pooling: Pooling.Mean)), Does.Contain("tables, slots, poolings, tasks"));
        using var tables = Create(schema);
        using var chain = await SnapshotChain.OpenAsync(old, tables);
        Assert.That(tables.Count, Is.EqualTo(20));
    }

    private static async Task<MemorySnapshotStore> WithoutDescriptionAsync(SnapshotStore store)
    {
        var manifest = SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span);
        var (old, commits) = (new MemorySnapshotStore(), new List<SnapshotCommit>());
        foreach (var commit in manifest.Commits)
        {
            using var file = await store.OpenAsync(commit.Training.Name);
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            var copy = SnapshotCopy.Of(bytes);
            var section = copy.Sections.IndexOf(TableSections.Schema);
            Assert.That(section, Is.GreaterThan(0));
            copy.Sections.RemoveAt(section);
            copy.Blocks.RemoveAll(b => b.Section == section);
            var blocks = copy.Blocks.Select(b => b.Section > section ? b with { Section = b.Section - 1 } : b).ToList();
            var without = new SnapshotCopy { Header = copy.Header, Sections = copy.Sections, Blocks = blocks };
            var (written, entry) = without.Write(commit.Training.Name);
            old.Commit(entry.Name, written);
            commits.Add(commit with { Training = entry, Serving = null });
        }
        var changed = new SnapshotManifest(manifest.Chain, manifest.Incarnation, commits, manifest.Trainer);
        await old.TryReplaceManifestAsync(changed.ToBytes(), null);
        return old;
    }

    private static async Task<MemorySnapshotStore> SaveAsync(TableSchema schema)
    {
        var store = new MemorySnapshotStore();
        using var tables = Create(schema);
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        var table = tables.Tables[0];
        table.Assign(TestTable.Range(0, 20), TestTable.Values(20, table.Dimension, 1), At.Seconds(1));
        // Ids that a filter counts, and that have no row yet.
        if (schema.Tables[0].Admission is not null) table.LookupOrAdmit(TestTable.Range(100, 20), [], new float[20 * table.Dimension],
            At.Seconds(1));
        await chain.CommitAsync(NoSections);
        return store;
    }

    private static async Task<string> RefusalAsync(SnapshotStore store, TableSchema schema)
    {
        using var tables = Create(schema);
        try
        {
            using var chain = await SnapshotChain.OpenAsync(store, tables);
        }
        catch (SnapshotException refusal) when (refusal.Fault == SnapshotFault.Mismatch)
        {
            Assert.That(tables.Count, Is.Zero);
            return refusal.Message;
        }
        throw new AssertionException("It was not refused.");
    }

    private static EmbeddingTableSet Create(TableSchema schema) => new(schema, new() { MemoryLimitBytes = 64 << 20 });

    private static TableSchema Of(EmbeddingTableOptions options) => new([options]);

    private static EmbeddingTableOptions WithFilter(AdmissionFilterOptions? filter) => TestTable.Plain(4, 2, o => o.Admission = filter);

    private static FeatureSchema Schema(Pooling pooling = Pooling.Sum, string slot = "user", string task = "click", int dense = 2)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new SgdOptions()));
        f.Slot(slot, "users", pooling);
        f.Task(task);
        f.Dense(dense);
        return f.Build();
    }
}
