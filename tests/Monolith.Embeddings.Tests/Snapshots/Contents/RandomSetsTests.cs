using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>Whatever a set may be made of is saved, verified without a complaint, folded, and restored to the bit.</summary>
public class RandomSetsTests : LeakChecked
{
    private const long Memory = 128 << 20;

    [Test]
    public Task Sets_of_any_shape_come_back() => RunAsync(0, 24);

    [Test, Category("Long"), Explicit("Takes minutes.")]
    public Task Many_sets_of_any_shape_come_back() => RunAsync(1000, 3000);

    private static async Task RunAsync(int first, int count)
    {
        for (var seed = first; seed < first + count; seed++) await RunAsync(seed);
    }

    private static async Task RunAsync(int seed)
    {
        var (sets, random, store) = (new RandomSets(seed), new Random(seed), new MemorySnapshotStore());
        var options = sets.Tables();
        var (sections, chainOptions, state) = (sets.Sections(), sets.Options(), Array.Empty<string>());
        using (var tables = Create(options))
        using (var chain = await SnapshotChain.OpenAsync(store, tables, chainOptions))
        {
            for (var commit = 0; commit < 3; commit++)
            {
                foreach (var table in tables.Tables) Change(table, random, commit);
                await chain.CommitAsync(sections);
                if (random.Next(3) == 0) await SnapshotCompactor.CompactAsync(store);
            }
            state = SavedState.Of(tables);
        }
        foreach (var table in options) table.Stripes = 1 << random.Next(7);
        using var restored = Create(options);
        var found = await SnapshotInspector.VerifyAsync(store, restored);
        Assert.That(found.Problems, Is.Empty, $"seed {seed}");
        using var next = await SnapshotChain.OpenAsync(store, restored, chainOptions);
        Assert.That(SavedState.Of(restored), Is.EqualTo(state), $"seed {seed}");
        Assert.That(next.RestoredSections.Keys, Is.EquivalentTo(sections.Keys), $"seed {seed}");
        foreach (var (name, bytes) in sections) Assert.That(next.RestoredSections[name].Span.SequenceEqual(bytes.Span), $"seed {seed}");
    }

    private static EmbeddingTableSet Create(List<EmbeddingTableOptions> tables) =>
        new(new TableSchema(tables), new() { MemoryLimitBytes = Memory });

    private static void Change(EmbeddingTable table, Random random, int step)
    {
        var ids = Enumerable.Range(0, random.Next(60)).Select(_ => Id(random)).Distinct().ToArray();
        var values = new float[ids.Length * table.Dimension];
        table.LookupOrAdmit(ids, [], values, At.Seconds((uint)step + 100), step);
        table.Assign(ids.AsSpan(0, ids.Length / 2), values.AsSpan(0, ids.Length / 2 * table.Dimension), At.Seconds((uint)step + 100));
        table.Remove(ids.AsSpan(0, ids.Length / 4));
        if (random.Next(4) == 0) table.Evict();
    }

    // Packed ids among them: positive, with a small slot.
    private static long Id(Random random) => ((long)random.Next(3) << 48) | (uint)random.Next(200);
}
