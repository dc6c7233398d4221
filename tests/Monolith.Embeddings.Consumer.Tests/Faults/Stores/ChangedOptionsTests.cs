using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Stores;

/// <summary>A restart with other options says what differs, or restores what it can use.</summary>
public class ChangedOptionsTests
{
    private static readonly (string Words, Action<List<EmbeddingTableOptions>> Change)[] Changes =
    [
        ("users|people", tables => tables[0].Name = "people"),
        ("vector|3|5", tables => tables[0].Segments[1].Dimension = 5),
        ("vector|direction", tables => tables[0].Segments[1].Name = "direction"),
        ("vector|Adagrad|Adam", tables => tables[0].Segments[1].Optimizer = new AdamOptions()),
        ("items", tables => tables.RemoveAt(1)),
        ("extra", tables => tables.Add(Extra())),
        ("extra", tables => tables[1].Segments.Add(new SegmentOptions { Name = "extra" })),
        ("vector", tables => tables[0].Segments.RemoveAt(1)),
        ("vector|16", tables => tables[0].Segments[1].Precision = RowPrecision.Float16),
        ("vector|16", tables => tables[0].Segments[1].StatePrecision = RowPrecision.BFloat16),
        ("requency", tables => tables[0].TrackFrequency = false),
        ("dmission", tables => tables[0].TrackAdmissionTime = true),
        ("users|items", tables => tables.Reverse()),
        ("bias", tables => (tables[0].Segments[0], tables[0].Segments[1]) = (tables[0].Segments[1], tables[0].Segments[0])),
        ("items|Adam", tables => tables[1].Segments[0].Optimizer = new AdamOptions { AmsGrad = true }),
        ("items|dmission", tables => tables[1].Admission = null),
        ("items|dmission",
            tables => tables[1].Admission = new MinOccurrencesOptions(2) { Counter = new SketchCounterOptions { Bytes = 65536 } }),
        ("items|dmission", tables => tables[1].Admission = new AllOfOptions(new MinOccurrencesOptions(2), new MinOccurrencesOptions(3))),
        ("items|dmission", tables => tables[1].Admission = new MinOccurrencesOptions(300)),
        ("users|dmission", tables => tables[0].Admission = new MinOccurrencesOptions(2)),
        ("users|MaxRows", tables => tables[0].MaxRows = 3),
        ("users", tables => tables[0].IdsCarrySlots = true),
        ("users", tables => tables[0].Stripes = 1024),
    ];

    [Test]
    public async Task What_cannot_be_restored_into_other_options_names_what_differs([Range(0, 22)] int number)
    {
        var (words, change) = Changes[number];
        var store = new MemorySnapshotStore();
        SortedDictionary<string, string> expected;
        using (var maker = await ChainMaker.OpenAsync(store))
        {
            for (var commit = 0; commit < 6; commit++)
            {
                maker.Learn(commit);
                await maker.CommitAsync(commit);
            }
            expected = SetState.Of(maker.Tables);
        }
        List<EmbeddingTableOptions> options = [.. ChainMaker.Schema().Tables];
        change(options);
        using var tables = new EmbeddingTableSet(new TableSchema(options), new() { MemoryLimitBytes = 16 << 20, Seed = 3 });
        string? refused = null;
        try
        {
            using var chain = await SnapshotChain.OpenAsync(store, tables);
            await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        }
        catch (Exception exception) when (exception is SnapshotException or InsufficientMemoryException)
        {
            refused = exception.Message;
            Assert.That(tables.Count, Is.Zero);
        }
        TestContext.Out.WriteLine($"{number} {words}: {refused ?? $"restored {tables.Count} of {expected.Count - 2}"}");
        if (refused is null) Assert.That(tables.Count, Is.EqualTo(expected.Count - 2));
        else Assert.That(words.Split('|').Where(word => !refused.Contains(word, StringComparison.OrdinalIgnoreCase)), Is.Empty, refused);
        var (state, _) = await ChainMaker.RestoredAsync(store);
        if (refused is not null) Assert.That(SetState.Difference(expected, state!), Is.Null, "the right options restore it afterwards");
    }

    private static EmbeddingTableOptions Extra()
    {
        var table = new EmbeddingTableOptions { Name = "extra" };
        table.Segments.Add(new SegmentOptions { Name = "bias" });
        return table;
    }
}
