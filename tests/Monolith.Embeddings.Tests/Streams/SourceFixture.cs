using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>A schema with one slot, and sources of the numbers from one to another.</summary>
internal sealed class SourceFixture
{
    public SourceFixture(string table = "numbers")
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table(table, row => row.Bias(new SgdOptions()));
        Slot = builder.Slot("number", table);
        Schema = builder.Build();
        Encoder = new ExampleEncoder<int>(Schema, (in int number, ExampleWriter writer) => writer.Id(Slot, number));
    }

    public FeatureSlot Slot { get; }

    public FeatureSchema Schema { get; }

    public ExampleEncoder<int> Encoder { get; }

    public ExampleSource Numbers(int first, int count, int batchSize) =>
        ExampleSource.From(() => Enumerable.Range(first, count), Encoder, batchSize);

    /// <summary>The ids and the position of each batch.</summary>
    public async Task<List<(long[] Ids, StreamPosition Position)>> ReadAll(
        ExampleSource source, StreamPosition from = default, CancellationToken cancellationToken = default)
    {
        var batches = new List<(long[], StreamPosition)>();
        await foreach (var batch in source.ReadAsync(from, cancellationToken))
        {
            batches.Add((batch.Ids(Slot).ToArray(), batch.Position));
            batch.Dispose();
        }
        return batches;
    }

    /// <summary>Some numbers, after which something happens.</summary>
    public static async IAsyncEnumerable<int> NumbersThen(
        int count, Action then, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var number = 0; number < count; number++)
        {
            await Task.Yield();
            yield return number;
        }
        then();
    }
}
