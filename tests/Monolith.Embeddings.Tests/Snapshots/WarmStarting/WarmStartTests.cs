using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.WarmStarting;

/// <summary>What a warm start brings along, to the bit.</summary>
public class WarmStartTests : LeakChecked
{
    [Test]
    public async Task With_optimizer_state_rows_are_those_of_the_snapshot([Values(1, 16)] int stripes, [Values(1, 3)] int threads)
    {
        using var source = await WarmStartSource.MakeAsync();
        using var tables = WarmStartSource.Set(
            9, WarmStartSource.Options("users", o => o.Stripes = stripes), WarmStartSource.Options("items", o => o.Stripes = stripes));
        var commit = await WarmStart.LoadAsync(source.Store, tables, new WarmStartOptions { WithOptimizerState = true, Threads = threads });
        Assert.That(commit.Number, Is.EqualTo(3));
        Assert.That(RowsOf(tables), Is.EqualTo(RowsOf(source.Tables)));
        Assert.That(tables["items"].NewestEventTime, Is.EqualTo(source.Tables["items"].NewestEventTime));
    }

    [Test]
    public async Task Weights_alone_are_as_if_they_were_assigned([Values] bool fromServingFiles)
    {
        using var source = await WarmStartSource.MakeAsync();
        using var tables = WarmStartSource.Set(9, WarmStartSource.Options("users"), WarmStartSource.Options("items"));
        using var assigned = WarmStartSource.Set(9, WarmStartSource.Options("users"), WarmStartSource.Options("items"));
        await WarmStart.LoadAsync(source.Store, tables, new WarmStartOptions { FromServingFiles = fromServingFiles });
        for (var i = 0; i < 2; i++) Copy(source.Tables.Tables[i], assigned.Tables[i],
            fromServingFiles ? source.Tables.Tables[i].NewestEventTime.InSeconds() : null);
        Assert.That(SavedState.Of(tables), Is.EqualTo(SavedState.Of(assigned)));
    }

    [Test]
    public async Task Files_that_go_while_they_are_opened_are_done_without([Values] bool fromServingFiles)
    {
        using var source = await WarmStartSource.MakeAsync();
        using var tables = WarmStartSource.Set(9, WarmStartSource.Options("users"), WarmStartSource.Options("items"));
        var store = new Serving.FaultyStore(source.Store);
        // As the second file is opened, a full takes the place of all.
        var opened = 0;
        store.BeforeOpening = _ =>
        {
            if (++opened == 2) FoldAndCleanAsync(source.Store).GetAwaiter().GetResult();
        };
        var commit = await WarmStart.LoadAsync(store, tables, new WarmStartOptions { FromServingFiles = fromServingFiles });
        Assert.That((commit.Number, commit.Kind, opened), Is.EqualTo((3, SnapshotKind.Full, 3)));
        Assert.That(tables.Count, Is.EqualTo(source.Tables.Count));
        // One that the manifest still names is missing permanently.
        store.Fault = Serving.FaultyStore.Absence;
        foreach (var table in tables.Tables) table.Clear();
        Assert.That(() => WarmStart.LoadAsync(store, tables), Throws.InstanceOf<SnapshotException>()
            .With.Property("Fault").EqualTo(SnapshotFault.Missing));
    }

    [Test]
    public async Task Tables_go_by_the_names_that_are_given_and_others_are_left_alone()
    {
        using var source = await WarmStartSource.MakeAsync();
        using var tables = WarmStartSource.Set(9, WarmStartSource.Options("queries"), WarmStartSource.Options("members"));
        tables["queries"].Assign([7], [1, 2, 3, 4], At.Seconds(10));
        await WarmStart.LoadAsync(
            source.Store, tables, new WarmStartOptions { Tables = { ["users"] = "members" }, WithOptimizerState = true });
        Assert.That(RowsOf(tables["members"]), Is.EqualTo(RowsOf(source.Tables["users"])));
        Assert.That(tables["queries"].Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_dropped_segment_begins_as_in_a_new_row()
    {
        using var source = await WarmStartSource.MakeAsync();
        var options = WarmStartSource.Options("users", dimension: 5);
        using EmbeddingTableSet tables = WarmStartSource.Set(9, options), born = WarmStartSource.Set(9, options);
        await WarmStart.LoadAsync(
            source.Store, tables, new WarmStartOptions { WithOptimizerState = true, Drop = { "users/vector", "items" } });
        var ids = IdsOf(tables["users"]);
        born["users"].LookupOrAdmit(ids, [], new float[ids.Length * 6], At.Seconds(5));
        float[] started = TestTable.Read(tables["users"], ids), fresh = TestTable.Read(born["users"], ids),
            old = TestTable.Read(source.Tables["users"], ids);
        for (var i = 0; i < ids.Length; i++)
        {
            Assert.That(started[i * 6], Is.EqualTo(old[i * 4]), "the bias is the snapshot's");
            Assert.That(started[(i * 6 + 1)..(i * 6 + 6)], Is.EqualTo(fresh[(i * 6 + 1)..(i * 6 + 6)]), "the vector is a new row's");
        }
        Assert.That(tables["users"].Explain(ids[0]).Segments.Select(s => s.StateNorm), Is.EqualTo(new[]
        {
            source.Tables["users"].Explain(ids[0]).Segments[0].StateNorm, born["users"].Explain(ids[0]).Segments[1].StateNorm,
        }));
    }

    [Test]
    public async Task A_dropped_state_begins_anew_and_the_rest_is_kept()
    {
        using var source = await WarmStartSource.MakeAsync();
        var options = WarmStartSource.Options("users", o => o.Segments[1].Optimizer = new AdamOptions());
        using var tables = WarmStartSource.Set(9, options);
        await WarmStart.LoadAsync(
            source.Store, tables, new WarmStartOptions { WithOptimizerState = true, Drop = { "users/vector/state", "items" } });
        var ids = IdsOf(tables["users"]);
        Assert.That(TestTable.Read(tables["users"], ids), Is.EqualTo(TestTable.Read(source.Tables["users"], ids)));
        var (found, old) = (tables["users"].Explain(ids[0]), source.Tables["users"].Explain(ids[0]));
        Assert.That((found.Frequency, found.AdmittedAt, found.LastUpdate), Is.EqualTo((old.Frequency, old.AdmittedAt, old.LastUpdate)));
        Assert.That(found.Segments[0], Is.EqualTo(old.Segments[0]));
        Assert.That(found.Segments[1].StateNorm, Is.Zero);
    }

    [Test]
    public async Task A_dropped_precision_rounds_to_the_nearest_and_what_does_not_fit_is_refused([Values] bool isTooLarge)
    {
        using var source = await WarmStartSource.MakeAsync(WarmStartSource.Options("users"));
        if (isTooLarge)
        {
            using var chain = await SnapshotChain.OpenAsync(source.Store, RestoredInto(source.Tables));
            chain.Tables.Tables[0].Assign([1], [1e6f, 1, 1, 1], At.Seconds(2000));
            await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
            chain.Tables.Dispose();
        }
        var options = WarmStartSource.Options("users", o => o.Segments[0].Precision = o.Segments[1].Precision = RowPrecision.Float16);
        using EmbeddingTableSet tables = WarmStartSource.Set(9, options), assigned = WarmStartSource.Set(9, options);
        var drop = new WarmStartOptions { Drop = { "users/bias/precision", "users/vector/precision" } };
        if (isTooLarge)
        {
            var refused = Assert.ThrowsAsync<SnapshotException>(() => WarmStart.LoadAsync(source.Store, tables, drop));
            Assert.That(refused!.Message, Does.Contain("precision of table 'users'").And.Contain("id 1."));
            Assert.That(tables.Count, Is.Zero);
            return;
        }
        await WarmStart.LoadAsync(source.Store, tables, drop);
        Copy(source.Tables["users"], assigned["users"], null);
        Assert.That(SavedState.Of(tables), Is.EqualTo(SavedState.Of(assigned)));
    }

    private static async Task FoldAndCleanAsync(SnapshotStore store)
    {
        await SnapshotCompactor.CompactAsync(store);
        await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        Assert.That(await store.ListAsync(), Has.Count.EqualTo(2), "the full's");
    }

    private static EmbeddingTableSet RestoredInto(EmbeddingTableSet tables) =>
        new(tables.Schema, new EmbeddingTableSetOptions { MemoryLimitBytes = tables.MemoryLimitBytes });

    private static void Copy(EmbeddingTable source, EmbeddingTable target, uint? time)
    {
        foreach (var chunk in source.EnumerateRows())
        {
            var times = time is { } seconds ? [.. Enumerable.Repeat(seconds * 1000L, chunk.Count)] : chunk.LastUpdatesMilliseconds;
            target.Assign(chunk.Ids, chunk.Weights, times);
        }
        target.ConfirmEventTime(source.NewestEventTime.InSeconds());
    }

    private static long[] IdsOf(EmbeddingTable table)
    {
        var ids = new List<long>();
        foreach (var chunk in table.EnumerateRows()) ids.AddRange(chunk.Ids);
        Assert.That(ids, Is.Not.Empty);
        return [.. ids];
    }

    // Without what the filters counted.
    private static string[] RowsOf(EmbeddingTableSet tables) => [.. tables.Tables.SelectMany(RowsOf)];

    private static string[] RowsOf(EmbeddingTable table)
    {
        var rows = new List<string>();
        var record = new byte[RowRecord.BytesOf(table.Rules.Layout)];
        table.ForEachRow(row =>
        {
            RowRecord.Write(row, record);
            rows.Add(Convert.ToHexString(record));
        }, CancellationToken.None);
        Assert.That(rows, Is.Not.Empty);
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
