using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>Rows that get a time, or an earlier one, before a cut and while it is written: that is a change like any other.</summary>
public class RowTimesWhileSavingTests : LeakChecked
{
    private const int Rows = 3000;
    private const uint Day = 86_400, Start = 1_700_000_000;

    private static readonly TimeToLive Week = new(TimeSpan.FromDays(7));

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task Rows_without_a_time_are_dated_in_the_commit_after([Values(1, 4)] int stripes, [Values] bool whileSaving)
    {
        var store = new MemorySnapshotStore();
        using var tables = Create(stripes);
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        var table = tables.Tables[0];
        table.Assign(TestTable.Range(0, Rows), TestTable.Values(Rows, 2, 1), 0);
        var pending = await chain.CutAsync(NoSections);
        var atCut = SavedState.Of(tables);
        if (!whileSaving) await pending.WriteAsync();
        table.Assign([-1], [1, 1], Start);
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
        table.Assign(TestTable.Range(0, Rows), TestTable.Values(Rows, 2, 1), Start);
        table.BelieveEventTime(Start + 900 * Day);
        table.Assign(TestTable.Range(0, Rows / 2), TestTable.Values(Rows / 2, 2, 1), Start + 900 * Day);
        var pending = await chain.CutAsync(NoSections);
        var atCut = SavedState.Of(tables);
        if (!whileSaving) await pending.WriteAsync();
        Assert.That(tables.SetEventTimeBack(Start + 1), Is.EqualTo(Rows / 2));
        if (whileSaving) await pending.WriteAsync();
        await pending.DisposeAsync();
        Assert.That(await RestoreAsync(store), Is.EqualTo(atCut));
        Assert.That((await chain.CommitAsync(NoSections)).Rows, Is.EqualTo(Rows / 2));
        Assert.That(await RestoreAsync(store), Is.EqualTo(SavedState.Of(tables)));
    }

    private static async Task<string[]> RestoreAsync(MemorySnapshotStore store)
    {
        using var tables = Create(2);
        await RestoredSnapshot.RestoreAsync(store, (await new SnapshotPublisher(store).ReadAsync(default))!, tables, 2, null, default);
        return SavedState.Of(tables);
    }

    private static EmbeddingTableSet Create(int stripes) => new(
        new TableSchema([TestTable.Plain(stripes, 2, o => (o.Expiry, o.TrackAdmissionTime) = (Week, true))]),
        new() { MemoryLimitBytes = 1 << 26 });
}
