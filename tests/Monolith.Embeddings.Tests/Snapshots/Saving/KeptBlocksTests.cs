using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>A save fills the blocks of the one before: a batch right after a cut makes none.</summary>
public class KeptBlocksTests
{
    private const int Stripes = 16, Rows = 4096;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> Sections = [];

    [Test]
    public async Task Only_the_first_save_makes_blocks([Values] bool fails)
    {
        using var tables = new EmbeddingTableSet(new TableSchema([TestTable.Plain(Stripes, 1, o => o.Name = "t")]));
        using var chain = await SnapshotChain.OpenAsync(new MemorySnapshotStore(), tables);
        var table = tables.Tables[0];
        long[] ids = [.. Enumerable.Range(0, Rows).Select(i => (long)i)];
        var weights = new float[Rows];
        table.Assign(ids, weights, At.Seconds(100));
        Assert.That(await SaveAsync(), Is.GreaterThan(Stripes * 100_000), "the first");
        // What a save that was given up had filled is lost; what it had not begun is not.
        if (fails) await GiveUpAsync();
        Assert.That(await SaveAsync(), fails ? Is.LessThan(Stripes * 300_000) : Is.LessThan(50_000), "the next");
        Assert.That(await SaveAsync(), Is.LessThan(50_000), "the one after it");

        // The bytes that a batch allocates which changes all rows right after a cut.
        async Task<long> SaveAsync()
        {
            await using var pending = await chain.CutAsync(Sections, full: true);
            var allocated = Change();
            await pending.WriteAsync();
            return allocated;
        }

        async Task GiveUpAsync()
        {
            await using var pending = await chain.CutAsync(Sections, full: true);
            Change();
        }

        long Change()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            table.Assign(ids, weights, At.Seconds(101));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
