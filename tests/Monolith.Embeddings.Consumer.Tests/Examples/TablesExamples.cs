using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>The examples in the documentation of types; <see cref="ExampleTests"/> holds that they are these, to the letter.</summary>
internal static class TablesExamples
{
    public static void OfEmbeddingTableSet(FeatureSchema schema)
    {
        // <example EmbeddingTableSet>
        using var tables = new EmbeddingTableSet(schema, new() { Seed = 1, MemoryLimitBytes = 1L << 28 });
        var items = tables["items"];
        Console.WriteLine($"{items.Count} rows of {items.RowBytes} bytes, {tables.MemoryBytes} bytes in all");
        // </example>
    }

    public static void OfEmbeddingTable(EmbeddingTable items)
    {
        // <example EmbeddingTable>
        long[] ids = [7, 42];
        var rows = new float[ids.Length * items.Dimension];
        // Ids without a row are counted, and get one once they are admitted.
        items.LookupOrAdmit(ids, [], rows, eventTime: DateTimeOffset.UtcNow);
        var gradients = new float[rows.Length];
        items.ApplyGradients(ids, gradients, [], eventTime: DateTimeOffset.UtcNow);
        var found = items.Lookup(ids, rows);
        // </example>
    }

    public static void OfEmbeddingTableOptions()
    {
        // <example EmbeddingTableOptions>
        var options = new EmbeddingTableOptions { Name = "items", Expiry = new TimeToLiveOptions(TimeSpan.FromDays(90)) };
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = 16, Optimizer = new AdagradOptions() });
        using var items = new EmbeddingTable(options, new() { MemoryLimitBytes = 1L << 28 });
        // </example>
    }

    public static OptimizerOptions OfAdagradOptions()
    {
        // <example AdagradOptions>
        var optimizer = new AdagradOptions { LearningRate = 0.05f, Clipping = new() { Norm = 1 } };
        // </example>
        return optimizer;
    }

    public static void OfMinOccurrencesOptions(EmbeddingTableOptions table)
    {
        // <example MinOccurrencesOptions>
        // The third occurrence of an id creates its row.
        table.Admission = new MinOccurrencesOptions(3);
        // </example>
    }

    public static void OfTimeToLiveOptions(EmbeddingTableOptions table)
    {
        // <example TimeToLiveOptions>
        // A row goes 30 days, by the time of the events, after it was last learned.
        table.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(30));
        // </example>
    }
}
