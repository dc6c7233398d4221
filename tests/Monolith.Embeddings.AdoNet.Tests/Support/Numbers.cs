using System.Data.Common;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet.Tests.Support;

/// <summary>A schema of one slot, sources of the numbers in the first column of a table, and readings of them.</summary>
internal static class Numbers
{
    private static readonly FeatureSchema Schema;
    private static readonly FeatureSlot Slot;

    static Numbers()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("numbers", row => row.Bias(new SgdOptions()));
        Slot = builder.Slot("number", "numbers");
        Schema = builder.Build();
        Encoder = new(Schema, (in long number, ExampleWriter writer) => writer.Id(Slot, number));
        RowEncoder = new(Schema, (in DbDataReader row, ExampleWriter writer) => writer.Id(Slot, row.GetInt64(0)));
    }

    public static ExampleEncoder<long> Encoder { get; }

    public static ExampleEncoder<DbDataReader> RowEncoder { get; }

    /// <summary>A source that ends at the horizon unless its options say otherwise.</summary>
    public static TableSource<long> Source(
        DbDataSource database, TablePages pages, Action<TableSourceOptions<long>>? change = null, TimeProvider? time = null)
    {
        var options = new TableSourceOptions<long> { Follow = false, PageSize = 4, Records = { BatchSize = 3 } };
        change?.Invoke(options);
        return new(database, pages, row => row.GetInt64(0), Encoder, options, time);
    }

    public static TableRowSource RowSource(
        DbDataSource database, TablePages pages, Action<TableSourceOptions<DbDataReader>>? change = null)
    {
        var options = new TableSourceOptions<DbDataReader> { Follow = false, PageSize = 4, Records = { BatchSize = 3 } };
        change?.Invoke(options);
        return new(database, pages, RowEncoder, options);
    }

    /// <summary>The numbers and the position of each batch.</summary>
    public static async Task<List<(long[] Numbers, StreamPosition Position)>> BatchesAsync(
        ExampleSource source, StreamPosition from = default, int most = int.MaxValue)
    {
        var batches = new List<(long[], StreamPosition)>();
        await foreach (var batch in source.ReadAsync(from, default))
        {
            batches.Add((batch.Ids(Slot).ToArray(), batch.Position));
            batch.Dispose();
            if (batches.Count == most) break;
        }
        return batches;
    }

    /// <summary>The numbers from a position to the end.</summary>
    public static async Task<long[]> AllAsync(ExampleSource source, StreamPosition from = default) =>
        [.. (await BatchesAsync(source, from)).SelectMany(batch => batch.Numbers)];

    public static long[] Of(ExampleBatch batch) => batch.Ids(Slot).ToArray();

    /// <summary>What a reading throws, which must be an exception of the source for a cause of a type.</summary>
    public static string Failure<TCause>(ExampleSource source, StreamPosition from = default)
        where TCause : Exception
    {
        var failure = Assert.ThrowsAsync<ExampleSourceException>(async () => await AllAsync(source, from));
        Assert.That(failure!.InnerException, Is.InstanceOf<TCause>(), failure.ToString());
        return failure.Message;
    }
}
