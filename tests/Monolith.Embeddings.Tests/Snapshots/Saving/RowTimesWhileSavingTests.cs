using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>Rows that get a time, or an earlier one, before a cut and while it is written: that is a change like any other.</summary>
public class RowTimesWhileSavingTests : LeakChecked
{
    private const int Rows = 3000;
    private const uint Day = 86_400, Start = 1_700_000_000;

    private static readonly TimeToLiveOptions Week = new(TimeSpan.FromDays(7));

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task Rows_without_a_time_are_dated_in_the_commit_after([Values(1, 4)] int stripes, [Values] bool whileSaving)
    {
        var store = new MemorySnapshotStore();
        using var tables = Create(stripes);
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        var table = tables.Tables[0];
        table.Assign(TestTable.Range(0, Rows), TestTable.Values(Rows, 2, 1), At.Seconds(0));
        var pending = await chain.CutAsync(NoSections);
        var atCut = SavedState.Of(tables);
        if (!whileSaving) await pending.WriteAsync();
        table.Assign([-1], [1, 1], At.Seconds(Start));
        Assert.That(table.Evict(), Is.Zero);
        if (whileSaving) await pending.WriteAsync();
        await pending.DisposeAsync();
        Assert.That(await RestoreAsync(store), Is.EqualTo(atCut));
        Assert.That((await chain.CommitAsync(NoSections)).Rows, Is.EqualTo(Rows + 1));
        Assert.That(await RestoreAsync(store), Is.EqualTo(SavedState.Of(tables)));
    }

    [Test]
    public async Task Times_that_are_taken_back_are_in_the_commit_after([Values(1, 4)] int stripes, [Values] bool whileSaving)
    {
        var store = new MemorySnapshotStore();
        using var tables = Create(stripes);
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        var table = tables.Tables[0];
        table.Assign(TestTable.Range(0, Rows), TestTable.Values(Rows, 2, 1), At.Seconds(Start));
        table.ConfirmEventTime(Start + 900 * Day);
        table.Assign(TestTable.Range(0, Rows / 2), TestTable.Values(Rows / 2, 2, 1), At.Seconds(Start + 900 * Day));
        var pending = await chain.CutAsync(NoSections);
        var atCut = SavedState.Of(tables);
        if (!whileSaving) await pending.WriteAsync();
        Assert.That(tables.SetEventTimeBack(At.Seconds(Start + 1)), Is.EqualTo(Rows / 2));
        if (whileSaving) await pending.WriteAsync();
        await pending.DisposeAsync();
        Assert.That(await RestoreAsync(store), Is.EqualTo(atCut));
        Assert.That((await chain.CommitAsync(NoSections)).Rows, Is.EqualTo(Rows / 2));
        Assert.That(await RestoreAsync(store), Is.EqualTo(SavedState.Of(tables)));
    }

    [Test]
    public async Task A_warm_start_from_rows_without_a_time_lets_them_live([Values] bool fromServingFiles)
    {
        var store = new MemorySnapshotStore();
        using EmbeddingTableSet tables = Create(4), started = Create(2);
        tables.Tables[0].Assign(TestTable.Range(0, Rows), TestTable.Values(Rows, 2, 1), At.Seconds(0));
        using (var chain = await SnapshotChain.OpenAsync(store, tables)) await chain.CommitAsync(NoSections);
        await WarmStart.LoadAsync(store, started, new() { FromServingFiles = fromServingFiles });
        var table = started.Tables[0];
        table.Assign([-1], [1, 1], At.Seconds(Start));
        Assert.That((table.Evict(), table.Count), Is.EqualTo((0L, Rows + 1L)));
        table.ConfirmEventTime(Start + 7 * Day);
        Assert.That(table.Evict(), Is.EqualTo(Rows + 1));
    }

    [Test]
    public async Task A_warm_start_from_a_time_of_the_future_says_so()
    {
        var (store, log) = (new MemorySnapshotStore(), new FakeLogger());
        using EmbeddingTableSet tables = Create(4), started = Create(2, log);
        tables.Tables[0].Assign([1], [1, 1], At.Seconds(Start));
        tables.Tables[0].ConfirmEventTime(uint.MaxValue);
        using (var chain = await SnapshotChain.OpenAsync(store, tables)) await chain.CommitAsync(NoSections);
        await WarmStart.LoadAsync(store, started);
        Assert.That(log.Collector.GetSnapshot().Select(r => r.Id.Id), Is.EqualTo(new[] { 1022 }));
        started.SetEventTimeBack(At.Seconds(Start));
        Assert.That(started.Tables[0].NewestEventTime.InSeconds(), Is.EqualTo(Start));
    }

    private static async Task<string[]> RestoreAsync(MemorySnapshotStore store)
    {
        using var tables = Create(2);
        await RestoredSnapshot.RestoreAsync(store, (await new SnapshotPublisher(store).ReadAsync(default))!, tables, 2, null, default);
        return SavedState.Of(tables);
    }

    private static EmbeddingTableSet Create(int stripes, ILogger? log = null) => new(
        new TableSchema([TestTable.Plain(stripes, 2, o => (o.Expiry, o.TrackAdmissionTime) = (Week, true))]),
        new() { MemoryLimitBytes = 1 << 26, Logger = log });
}
