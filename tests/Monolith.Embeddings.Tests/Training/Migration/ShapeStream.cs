using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>Examples that any shape can be trained by: what a slot holds depends on its name and the example alone.</summary>
internal static class ShapeStream
{
    public const int BatchSize = 16;

    private const long Begin = 1_700_000_000_000;

    /// <summary>The examples.</summary>
    /// <param name="schema">Of what they are.</param>
    /// <param name="count">How many.</param>
    /// <param name="written">The slots that have ids; null for all.</param>
    public static ExampleSource Of(FeatureSchema schema, int count, IReadOnlyCollection<string>? written = null) =>
        ExampleSource.From(() => Enumerable.Range(0, count), Encoder(schema, written), BatchSize);

    public static ExampleEncoder<int> Encoder(FeatureSchema schema, IReadOnlyCollection<string>? written = null) =>
        new(schema, (in int example, ExampleWriter writer) => Write(schema, written, example, writer));

    private static void Write(FeatureSchema schema, IReadOnlyCollection<string>? written, int example, ExampleWriter writer)
    {
        foreach (var slot in schema.WrittenSlots)
        {
            if (written is not null && !written.Contains(slot.Name)) continue;
            var random = new Random(HashCode(slot.Name) ^ (example * 7919));
            var (ids, known) = slot.Pooling == Pooling.Sum ? (1, 400) : (random.Next(0, 3), 60);
            for (; ids > 0; ids--) writer.Id(slot, random.Next(known));
        }
        for (var i = 0; i < schema.DenseWidth; i++) writer.Dense(i, (new Random(example ^ (i * 31)).Next(-50, 50)) / 40f);
        foreach (var task in schema.Tasks)
            writer.Label(task, new Random(HashCode(task.Name) ^ (example * 104_729)).Next(3) == 0 ? 1 : 0);
        writer.At(DateTimeOffset.FromUnixTimeMilliseconds(Begin + (example * 100L)));
    }

    // The same in each process.
    private static int HashCode(string name) => name.Aggregate(17, (hash, c) => unchecked((hash * 31) + c));
}
