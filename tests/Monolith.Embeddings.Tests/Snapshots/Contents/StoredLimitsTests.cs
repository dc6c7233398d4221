using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>
/// What a set may be made of, a commit holds and a restore takes; all else is refused when the set or the trainer is made, not at the first
/// commit or the next start.
/// </summary>
public class StoredLimitsTests : LeakChecked
{
    private const long Memory = 256 << 20;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    // Each is no text that UTF-8 gives back.
    private static readonly string[] HalfPairs = ["\uD800", "a\uDC00b", "\uDC00\uD800", "😀\uD83D"];

    [Test]
    public async Task As_many_segments_as_a_row_may_have_come_back([Values] bool serving)
    {
        var schema = Of(TestTable.Plain(1, 1, o => AddSegments(o, EmbeddingTableOptions.MaxSegments)));
        await AssertComesBackAsync(schema, NoSections, new() { PublishServing = serving });
    }

    [Test]
    public void More_segments_are_refused_when_the_set_is_made()
    {
        var schema = Of(TestTable.Plain(1, 1, o => AddSegments(o, EmbeddingTableOptions.MaxSegments + 1)));
        Assert.That(OptionFailures.Of(() => Create(schema)), Has.Some.Contains("4097 segments"));
    }

    [Test]
    public async Task As_many_tables_and_sections_as_there_may_be_come_back()
    {
        var sections = Enumerable.Range(0, 1024)
            .ToDictionary(i => new string('ü', 125) + $"{i:d5}", i => (ReadOnlyMemory<byte>)new byte[i % 3]);
        await AssertComesBackAsync(WithTables(TableSchema.MaxTables), sections);
    }

    [Test]
    public void More_tables_are_refused_when_the_set_is_made()
    {
        Assert.That(OptionFailures.Of(() => Create(WithTables(TableSchema.MaxTables + 1))), Has.Some.Contains("513 tables"));
    }

    // In one test: a runner cannot name those of such texts.
    [Test]
    public void Names_that_no_file_gives_back_are_refused_when_the_set_is_made()
    {
        foreach (var name in HalfPairs)
        {
            var schema = Of(TestTable.Plain(1, 1, o => o.Name = o.Segments[0].Name = name));
            Assert.That(OptionFailures.PathsOf(() => Create(schema)), Is.EqualTo(new[] { "Tables[0].Name", "Tables[0].Segments[0].Name" }));
            Assert.That(() => Create(Of(Named(name))), Throws.ArgumentException.With.Message.Contains("half a surrogate pair"));
        }
    }

    [Test]
    public async Task Names_of_256_bytes_come_back_and_longer_ones_are_refused()
    {
        var longest = string.Concat(Enumerable.Repeat("😀", 64));
        await AssertComesBackAsync(Of(TestTable.Plain(1, 1, o => o.Name = o.Segments[0].Name = longest)),
            new() { [longest] = new byte[] { 1 } });
        var schema = Of(TestTable.Plain(1, 1, o => o.Name = o.Segments[0].Name = longest + "x"));
        Assert.That(OptionFailures.Of(() => Create(schema)), Has.Exactly(2).Contains("257 bytes"));
    }

    [Test]
    public async Task Sections_that_no_file_holds_are_refused_before_the_cut()
    {
        using var tables = Create(Of(TestTable.Plain()));
        using var chain = await SnapshotChain.OpenAsync(new MemorySnapshotStore(), tables);
        foreach (var name in (string[])["", "a/b", new string('x', 257), .. HalfPairs])
            Assert.That(async () => await chain.CutAsync(new Dictionary<string, ReadOnlyMemory<byte>> { [name] = default }),
                Throws.ArgumentException, name);
        var many = Enumerable.Range(0, 1025).ToDictionary(i => $"{i}", _ => default(ReadOnlyMemory<byte>));
        Assert.That(async () => await chain.CutAsync(many), Throws.ArgumentException.With.Message.Contains("1025 sections"));
        Assert.That((await chain.CommitAsync(NoSections)).Number, Is.EqualTo(1), "nothing was begun");
    }

    [TestCase(null, "is null")]
    [TestCase("", "is empty")]
    public void A_plug_in_without_a_name_is_refused_when_the_set_is_made(string? name, string problem)
    {
        foreach (var options in (EmbeddingTableOptions[])[Named(name), WithInitializer(name), WithFilter(name)])
            Assert.That(() => Create(Of(options)), Throws.ArgumentException.With.Message.Contains(problem).And.Message.Contains("'plain'"));
        Assert.That(() => new LogisticRegression(CreateSchema(), new() { Optimizer = new NamedOptimizerOptions(name) }),
            Throws.ArgumentException.With.Message.Contains(problem));
    }

    [Test]
    public async Task A_plug_in_with_a_long_name_comes_back_and_with_a_longer_one_is_refused()
    {
        var longest = new string('x', 4096);
        foreach (var make in (Func<string, EmbeddingTableOptions>[])[Named, WithInitializer, WithFilter])
        {
            await AssertComesBackAsync(Of(make(longest)), NoSections);
            Assert.That(() => Create(Of(make(longest + "x"))), Throws.ArgumentException.With.Message.Contains("4097 bytes"));
        }
        Assert.That(() => new LogisticRegression(CreateSchema(), new() { Optimizer = new NamedOptimizerOptions(longest) }),
            Throws.ArgumentException.With.Message.Contains("4096 bytes"));
    }

    [Test]
    public async Task Options_that_are_changed_after_the_set_was_made_change_no_file()
    {
        var store = new MemorySnapshotStore();
        var options = TestTable.Plain(4, 2, o => o.TrackFrequency = true);
        using (var tables = Create(Of(options)))
        using (var chain = await SnapshotChain.OpenAsync(store, tables))
        {
            tables.Tables[0].Assign([1, 2], [1, 2, 3, 4], At.Seconds(1));
            (options.Name, options.IdsCarrySlots, options.TrackFrequency, options.TrackAdmissionTime) = ("x", true, false, true);
            options.Segments[0].Name = "y";
            options.Segments.Add(new SegmentOptions { Name = "z" });
            await chain.CommitAsync(NoSections);
            tables.Tables[0].Remove([1]);
            await chain.CommitAsync(NoSections);
        }
        using var restored = Create(Of(TestTable.Plain(4, 2, o => o.TrackFrequency = true)));
        using var next = await SnapshotChain.OpenAsync(store, restored);
        Assert.That(TestTable.Read(restored.Tables[0], 1, 2), Is.EqualTo(new float[] { 0, 0, 3, 4 }));
    }

    [Test]
    public void Rows_that_no_file_holds_are_refused_when_the_trainer_is_made()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("t", r => r.Bias(new PlugIns { StateLength = _ => 1 << 19 }.Optimizer));
        f.Slot("s", "t");
        f.Task("click");
        var schema = f.Build();
        using var tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 1L << 30 });
        using var model = new LogisticRegression(schema);
        var source = CrashScenario.CreateSource(CreateSchema(), 1);
        Assert.That(() => new OnlineTrainer(tables, model, new OfSchema(schema, source),
            new MemorySnapshotStore()),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("2097"));
    }

    [TestCase(-70, 0)]
    [TestCase(0, 5)]
    public async Task Any_clock_may_date_commits(int years, int offset)
    {
        var time = new OddTime(DateTimeOffset.UnixEpoch.AddYears(years).ToOffset(TimeSpan.FromHours(offset)));
        await AssertComesBackAsync(Of(TestTable.Plain()), NoSections, time: time);
    }

    internal static async Task AssertComesBackAsync(
        TableSchema schema, Dictionary<string, ReadOnlyMemory<byte>> sections, SnapshotChainOptions? options = null,
        TimeProvider? time = null)
    {
        var store = new MemorySnapshotStore();
        using var tables = Create(schema);
        using (var chain = await SnapshotChain.OpenAsync(store, tables, options, time))
        {
            foreach (var table in tables.Tables) table.Assign([1, -2], TestTable.Values(2, table.Dimension, 1), At.Seconds(5));
            await chain.CommitAsync(sections);
            tables.Tables[^1].Remove([1]);
            await chain.CommitAsync(sections);
        }
        using var restored = Create(schema);
        using var next = await SnapshotChain.OpenAsync(store, restored, options, time);
        Assert.That(SavedState.Of(restored), Is.EqualTo(SavedState.Of(tables)));
        Assert.That(Plain(next.RestoredSections), Is.EqualTo(Plain(sections)));
    }

    private static EmbeddingTableSet Create(TableSchema schema) => new(schema, new() { MemoryLimitBytes = Memory });

    private static Dictionary<string, byte[]> Plain(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections) =>
        sections.ToDictionary(section => section.Key, section => section.Value.ToArray());

    private static TableSchema WithTables(int count) =>
        new([.. Enumerable.Range(0, count).Select(i => TestTable.Plain(1, 1, o => (o.Name, o.RemovalHistory) = ($"t{i}", 0)))]);

    private static TableSchema Of(EmbeddingTableOptions options) => new([options]);

    private static FeatureSchema CreateSchema() => CrashScenario.CreateSchema();

    private static void AddSegments(EmbeddingTableOptions options, int count)
    {
        while (options.Segments.Count < count)
            options.Segments.Add(new SegmentOptions { Name = $"s{options.Segments.Count}", Optimizer = new SgdOptions() });
    }

    private static EmbeddingTableOptions Named(string? name) =>
        TestTable.Plain(1, 1, o => o.Segments[0].Optimizer = new NamedOptimizerOptions(name));

    private static EmbeddingTableOptions WithInitializer(string? name) =>
        TestTable.Plain(1, 1, o => o.Segments[0].Initializer = new NamedInitializerOptions(name));

    private static EmbeddingTableOptions WithFilter(string? name) => TestTable.Plain(1, 1, o => o.Admission = new NamedFilterOptions(name));
}
