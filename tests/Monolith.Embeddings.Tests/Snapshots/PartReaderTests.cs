using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots.Saving;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>
/// What else reads a chain reads all parts of its commits: warm starts and exports, from a full and a delta and from their fold.
/// </summary>
public sealed class PartReaderTests
{
    [Test]
    public async Task Warm_starts_and_exports_take_the_rows_of_all_parts([Values] bool isFolded)
    {
        var store = new MemorySnapshotStore();
        using var parted = await PartedChain.OpenAsync(store, 4);
        parted.Train(40);
        await parted.CommitAsync();
        parted.Train(40);
        await parted.CommitAsync();
        if (isFolded)
        {
            await SnapshotCompactor.CompactAsync(store);
            await SnapshotCompactor.RetainAsync(store, new() { Commits = 1, Age = TimeSpan.Zero });
        }
        using var warm = PartedChain.CreateTables();
        await WarmStart.LoadAsync(store, warm, new() { WithOptimizerState = true });
        Assert.That(RowsOf(PartedChain.StateOf(warm)), Is.EqualTo(RowsOf(parted.State)).And.Not.Empty);
        using var together = PartedChain.CreateTables();
        using var chain = await SnapshotChain.OpenAsync(await CopyOfStore.OfAsync(store), together);
        foreach (var table in together.Tables)
        {
            using var exported = new StringWriter();
            await TableExport.WriteTsvAsync(store, table.Name, exported);
            using var expected = new StringWriter();
            await TableExport.WriteTsvAsync(table, expected);
            Assert.That(LinesOf(exported), Is.EqualTo(LinesOf(expected)));
            Assert.That(LinesOf(exported), Has.Length.GreaterThan(table.Count));
        }
    }

    // Ids that are counted do not come along with a warm start.
    private static IEnumerable<string> RowsOf(string[] state) => state.Where(line => !line.StartsWith("counted", StringComparison.Ordinal));

    private static string[] LinesOf(StringWriter text) => [.. text.ToString().Split('\n').Order(StringComparer.Ordinal)];
}
