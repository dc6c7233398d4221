using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>
/// What a caller handed over changes while the verb reads it. A plug-in does it here, so that it happens at the same instant each time.
/// </summary>
public class ChangingInputTests : LeakChecked
{
    private const int Ids = 500;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task Ids_that_change_under_a_verb_never_come_under_another_key(
        [Values("LookupOrAdmit", "ApplyGradients", "Assign", "AssignAdd")] string verb, [Values(1, 8)] int stripes,
        [Values(1, 40)] int afterRows)
    {
        var ids = TestTable.Range(1, Ids);
        var hooks = new PlugIns();
        using var tables = Create(hooks, stripes);
        var table = tables.Tables[0];
        table.Assign(TestTable.Range(-200, 200), new float[400], At.Seconds(1));
        var born = 0;
        hooks.OnInitializeState = _ =>
        {
            if (++born == afterRows) ids.AsSpan().Fill(7777);
        };
        var interruption = Assert.Catch<BatchInterruptedException>(() => Run(table, verb, ids));
        Assert.That(interruption!.InnerException, Is.InstanceOf<InvalidOperationException>());
        Assert.That(interruption.Message, Does.Contain("ids changed").And.Contain("7777"));
        hooks.OnInitializeState = _ => { };
        AssertWhole(table, 200 + afterRows);
        await AssertCanBeSavedAsync(tables, hooks);
    }

    [Test]
    public void Counts_that_change_under_a_verb_are_refused_and_every_row_stays_whole(
        [Values] bool learns, [Values(0, -5, int.MinValue)] int changed)
    {
        var counts = Enumerable.Repeat(2, Ids).ToArray();
        var hooks = new PlugIns();
        using var tables = Create(hooks, 4, o => o.TrackFrequency = true);
        var table = tables.Tables[0];
        var born = 0;
        hooks.OnInitializeState = _ =>
        {
            if (++born == 10) counts.AsSpan().Fill(changed);
        };
        var ids = TestTable.Range(1, Ids);
        var interruption = Assert.Catch<BatchInterruptedException>(() =>
        {
            if (learns) table.ApplyGradients(ids, new float[2 * Ids], counts, At.Seconds(5));
            else table.LookupOrAdmit(ids, counts, new float[2 * Ids], At.Seconds(5));
        });
        Assert.That(interruption!.InnerException, Is.InstanceOf<InvalidOperationException>().With.Message.Contains($"became {changed}"));
        table.ForEachRow(row => Assert.That(row.Frequency(table.Rules.Layout), Is.EqualTo(2)), CancellationToken.None);
        AssertWhole(table, 10);
    }

    // Built-in rules learn a block at a time: what was collected before the count changed is applied.
    [Test]
    public void What_was_learned_before_a_count_changed_is_learned()
    {
        var counts = Enumerable.Repeat(1, Ids).ToArray();
        var hooks = new PlugIns();
        using var table = TestTable.Create(TestTable.Plain(1, 2, o => o.Admission = hooks.Admission));
        var (ids, gradients) = (TestTable.Range(1, Ids), TestTable.Values(Ids, 2, 3));
        table.Assign(ids, new float[2 * Ids], At.Seconds(1));
        table.Remove(250);
        hooks.OnAdmit = _ =>
        {
            counts.AsSpan().Clear();
            return true;
        };
        var interruption = Assert.Catch<BatchInterruptedException>(() => table.ApplyGradients(ids, gradients, counts, At.Seconds(5)));
        var learned = 0;
        for (var i = 0; i < Ids; i++)
        {
            var row = TestTable.Read(table, ids[i]);
            if (row.All(w => w == 0)) continue;
            Assert.That(row, Is.EqualTo(new[] { -gradients[2 * i], -gradients[2 * i + 1] }));
            learned++;
        }
        Assert.That(learned, Is.EqualTo(interruption!.Applied).And.GreaterThan(0));
    }

    [Test]
    public async Task A_row_under_a_foreign_key_is_never_published([Values] bool delta)
    {
        var hooks = new PlugIns();
        using var tables = Create(hooks, 8);
        var store = new MemorySnapshotStore();
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        var table = tables.Tables[0];
        table.Assign(TestTable.Range(1, Ids), new float[2 * Ids], At.Seconds(1));
        if (delta)
        {
            await chain.CommitAsync(NoSections);
            table.Assign(TestTable.Range(1, Ids), new float[2 * Ids], At.Seconds(2));
        }
        var (before, broken) = (chain.Newest?.Number, 0);
        table.ForEachRow(row => row.Key = broken++ == 0 ? Foreign(row.Key) : row.Key, CancellationToken.None);
        var refusal = Assert.CatchAsync<SnapshotException>(async () => await chain.CommitAsync(NoSections));
        Assert.That((refusal!.Fault, refusal.Message.Contains("cannot be saved")), Is.EqualTo((SnapshotFault.Refused, true)));
        Assert.That(chain.Newest?.Number, Is.EqualTo(before));
        Assert.That((await new SnapshotPublisher(store).ReadAsync(default))?.Newest?.Number, Is.EqualTo(before));
    }

    // The same key in another stripe.
    private static long Foreign(long key) =>
        unchecked((long)KeyMixer.Unmix(KeyMixer.Mix((ulong)key) ^ 1ul << 63));

    private static void Run(EmbeddingTable table, string verb, long[] ids)
    {
        var floats = new float[2 * ids.Length];
        switch (verb)
        {
            case "LookupOrAdmit":
                table.LookupOrAdmit(ids, [], floats, At.Seconds(5));
                break;
            case "ApplyGradients":
                table.ApplyGradients(ids, floats, [], At.Seconds(5));
                break;
            case "Assign":
                table.Assign(ids, floats, At.Seconds(5));
                break;
            default:
                table.AssignAdd(ids, floats, At.Seconds(5));
                break;
        }
    }

    private static void AssertWhole(EmbeddingTable table, long rows)
    {
        var seen = new HashSet<long>();
        table.ForEachRow(row => seen.Add(row.Key), CancellationToken.None);
        Assert.That((table.Count, (long)seen.Count), Is.EqualTo((rows, rows)));
        long[] ids = [.. seen];
        Assert.That(table.Contains(ids, new bool[ids.Length]), Is.EqualTo(rows), "every row is found under its key");
        Assert.That(table.Remove(ids), Is.EqualTo(rows), "and can be removed");
        Assert.That(table.Count, Is.Zero);
        table.Assign(ids, new float[2 * ids.Length], At.Seconds(9));
    }

    private static async Task AssertCanBeSavedAsync(EmbeddingTableSet tables, PlugIns hooks)
    {
        var store = new MemorySnapshotStore();
        using (var chain = await SnapshotChain.OpenAsync(store, tables)) await chain.CommitAsync(NoSections);
        using var restored = Create(hooks, 4);
        using var next = await SnapshotChain.OpenAsync(store, restored);
        Assert.That(SavedState.Of(restored), Is.EqualTo(SavedState.Of(tables)));
    }

    private static EmbeddingTableSet Create(PlugIns hooks, int stripes, Action<EmbeddingTableOptions>? configure = null) => new(
        new TableSchema([TestTable.Plain(stripes, 2, o =>
        {
            o.Segments[0].Optimizer = hooks.Optimizer;
            configure?.Invoke(o);
        })]),
        new EmbeddingTableSetOptions { MemoryLimitBytes = EmbeddingTableSetOptions.SmallestMemoryLimitBytes * 16 });
}
