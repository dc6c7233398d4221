using Microsoft.Extensions.Options;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.WarmStarting;

/// <summary>What a warm start refuses, and that it then leaves nothing behind.</summary>
public class WarmStartRefusalTests : LeakChecked
{
    private static readonly string[] DifferentParts =
        ["users", "groups", "items/bias/state", "items/vector", "items/old", "items/new", "items/packed/precision", "items/packed/state",
            "items/frequency", "items/admission-time"];

    [Test]
    public async Task One_message_names_all_that_differs_and_dropping_it_is_enough()
    {
        using var source = await WarmStartSource.MakeAsync(
            WarmStartSource.Options("users"), WarmStartSource.Options("items", o => Add(o, ("old", 2), ("packed", 2))));
        using var tables = WarmStartSource.Set(9, WarmStartSource.Options("groups"), Changed());
        var options = new WarmStartOptions { WithOptimizerState = true };
        var refused = Assert.ThrowsAsync<SnapshotException>(() => WarmStart.LoadAsync(source.Store, tables, options));
        Assert.That(refused!.Fault, Is.EqualTo(SnapshotFault.Mismatch));
        foreach (var part in DifferentParts) Assert.That(refused.Found, Does.Contain($"(drop '{part}')"));
        Assert.That(refused.Found.Split(';'), Has.Length.EqualTo(DifferentParts.Length));
        Assert.That(tables.Count, Is.Zero);
        foreach (var part in DifferentParts) options.Drop.Add(part);
        await WarmStart.LoadAsync(source.Store, tables, options);
        Assert.That(tables["items"].Count, Is.EqualTo(source.Tables["items"].Count));
        Assert.That(tables["groups"].Count, Is.Zero);
    }

    [Test]
    public async Task Weights_alone_do_not_ask_about_optimizers_and_what_rows_track()
    {
        using var source = await WarmStartSource.MakeAsync(WarmStartSource.Options("users"));
        using var tables = WarmStartSource.Set(
            9, WarmStartSource.Options("users", o => (o.TrackFrequency, o.Segments[0].Optimizer) = (false, new SgdOptions())));
        await WarmStart.LoadAsync(source.Store, tables);
        Assert.That(tables.Count, Is.EqualTo(source.Tables.Count));
    }

    [TestCase("users/vectr", "no part")]
    [TestCase("users/frequency", "more than one part")]
    public async Task A_name_that_drops_nothing_or_two_things_is_refused(string name, string message)
    {
        var options = WarmStartSource.Options("users", o => Add(o, ("frequency", 1)));
        using var source = await WarmStartSource.MakeAsync(options);
        using var tables = WarmStartSource.Set(9, options);
        var refused = Assert.ThrowsAsync<SnapshotException>(
            () => WarmStart.LoadAsync(source.Store, tables, new WarmStartOptions { Drop = { name } }));
        Assert.That(refused!.Found, Does.Contain($"'{name}'").And.Contain(message));
    }

    [Test]
    public async Task Ids_that_carry_slots_are_not_ids_that_do_not()
    {
        using var source = await WarmStartSource.MakeAsync(WarmStartSource.Options("users"));
        using var tables = WarmStartSource.Set(9, WarmStartSource.Options("users", o => o.IdsCarrySlots = true));
        Assert.ThrowsAsync<SnapshotException>(() => WarmStart.LoadAsync(source.Store, tables));
        await WarmStart.LoadAsync(source.Store, tables, new WarmStartOptions { Drop = { "users" } });
        Assert.That(tables.Count, Is.Zero);
    }

    [Test]
    public async Task Names_of_tables_that_are_not_there_are_refused()
    {
        using var source = await WarmStartSource.MakeAsync();
        using var tables = WarmStartSource.Set(9, WarmStartSource.Options("users"));
        var refused = Assert.ThrowsAsync<SnapshotException>(
            () => WarmStart.LoadAsync(source.Store, tables, new WarmStartOptions { Tables = { ["user"] = "users", ["items"] = "item" } }));
        Assert.That(refused!.Found, Does.Contain("no table 'user', only 'users', 'items'").And.Contain("no table 'item', only 'users'"));
    }

    [Test]
    public void Options_report_all_their_errors()
    {
        var options =
            new WarmStartOptions { Threads = 0, WithOptimizerState = true, FromServingFiles = true, Tables = { ["a"] = "c", ["b"] = "c" } };
        using var tables = WarmStartSource.Set(9, WarmStartSource.Options("users"));
        var failure = Assert.ThrowsAsync<OptionsValidationException>(() => WarmStart.LoadAsync(new MemorySnapshotStore(), tables, options));
        Assert.That(failure!.Failures.Count(), Is.EqualTo(3));
    }

    [Test]
    public async Task More_rows_than_there_is_room_for_leave_nothing_behind()
    {
        using var source = await WarmStartSource.MakeAsync();
        using var tables = WarmStartSource.Set(9, WarmStartSource.Options("users"), WarmStartSource.Options("items", o => o.MaxRows = 100));
        var refused = Assert.ThrowsAsync<InsufficientMemoryException>(() => WarmStart.LoadAsync(source.Store, tables));
        Assert.That(refused!.Message, Does.Contain("'items'").And.Contain("100 rows"));
        Assert.That(tables.Tables.Select(t => t.Count), Is.All.Zero);
        await WarmStart.LoadAsync(source.Store, tables, new WarmStartOptions { Drop = { "items" } });
        Assert.That(tables["users"].Count, Is.EqualTo(source.Tables["users"].Count));
    }

    [Test]
    public async Task A_table_that_has_rows_or_counts_ids_is_refused()
    {
        using var source = await WarmStartSource.MakeAsync();
        using var tables = WarmStartSource.Set(
            9, WarmStartSource.Options("users"), WarmStartSource.Options("items", o => o.Admission = new MinOccurrencesOptions(2)));
        tables["items"].LookupOrAdmit([1], [], new float[4], At.Seconds(1));
        Assert.That(
            () => WarmStart.LoadAsync(source.Store, tables), Throws.InvalidOperationException.With.Message.Contains("counts 1 ids"));
        tables["items"].LookupOrAdmit([1], [], new float[4], At.Seconds(1));
        Assert.That(() => WarmStart.LoadAsync(source.Store, tables), Throws.InvalidOperationException.With.Message.Contains("has 1 rows"));
        Assert.That(tables.Tables.Select(t => t.Count), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public async Task Progress_reaches_the_total_and_a_cancelled_start_leaves_nothing_behind()
    {
        using var source = await WarmStartSource.MakeAsync();
        using var tables = WarmStartSource.Set(9, WarmStartSource.Options("users"), WarmStartSource.Options("items"));
        using var stopping = new CancellationTokenSource();
        var told = new Told(_ => stopping.Cancel());
        Assert.That(
            () => WarmStart.LoadAsync(source.Store, tables, null, told, stopping.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(tables.Count, Is.Zero);
        await WarmStart.LoadAsync(source.Store, tables, null, told = new Told(_ => { }), CancellationToken.None);
        Assert.That(told.Last.Rows, Is.EqualTo(told.Last.TotalRows).And.GreaterThan(0));
    }

    [Test]
    public async Task An_empty_store_and_a_damaged_file_leave_nothing_behind()
    {
        using var folder = new TestFolder();
        var store = new FileSnapshotStore(folder.Path);
        using var tables = WarmStartSource.Set(9, WarmStartSource.Options("users"));
        Assert.That(
            Assert.ThrowsAsync<SnapshotException>(() => WarmStart.LoadAsync(store, tables))!.Fault, Is.EqualTo(SnapshotFault.Missing));
        using (var learned = WarmStartSource.Set(5, WarmStartSource.Options("users")))
        using (var chain = await SnapshotChain.OpenAsync(store, learned))
        {
            learned["users"].Assign([1, 2, 3], new float[12], At.Seconds(5));
            await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
            var path = Path.Combine(folder.Path, chain.Newest!.Training.Name);
            var bytes = File.ReadAllBytes(path);
            bytes[bytes.Length / 4] ^= 4;
            File.WriteAllBytes(path, bytes);
        }
        Assert.That(
            Assert.ThrowsAsync<SnapshotException>(() => WarmStart.LoadAsync(store, tables))!.Fault, Is.EqualTo(SnapshotFault.Damaged));
        Assert.That(tables.Count, Is.Zero);
    }

    private static EmbeddingTableOptions Changed()
    {
        var options = WarmStartSource.Options("items", o => (o.TrackFrequency, o.TrackAdmissionTime) = (false, false), dimension: 4);
        options.Segments[0].Optimizer = new AdagradOptions();
        Add(options, ("new", 2), ("packed", 2));
        options.Segments[3].Precision = RowPrecision.BFloat16;
        return options;
    }

    private static void Add(EmbeddingTableOptions options, params (string Name, int Dimension)[] segments)
    {
        foreach (var (name, dimension) in segments) options.Segments.Add(new SegmentOptions { Name = name, Dimension = dimension });
    }

    private sealed class Told(Action<SnapshotProgress> action) : IProgress<SnapshotProgress>
    {
        public SnapshotProgress Last { get; private set; }

        public void Report(SnapshotProgress value)
        {
            Last = value;
            action(value);
        }
    }
}
