using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.ExampleLogs;
using Monolith.Embeddings.Tests.Features.Rows;

namespace Monolith.Embeddings.Tests.Streams.ExampleLogs;

/// <summary>Sequences in a log: read by the schema that wrote them, and by others.</summary>
public class SequenceLogTests
{
    private const int Examples = 40;

    [Test]
    public async Task Steps_come_back_to_the_bit()
    {
        var (schema, store) = (Schema(4, SequenceOrder.NewestFirst, "age", "kind"), new MemorySnapshotStore());
        await WriteAsync(store, schema);
        var (expected, actual) = (new List<string>(), await ReadAsync(store, schema));
        await foreach (var batch in Source(schema).ReadAsync(StreamPosition.Start, CancellationToken.None))
            for (var row = 0; row < batch.Rows; row++) expected.Add(ExampleText.Of(batch, row));
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public async Task Another_order_turns_the_steps_round_and_keeps_the_newest()
    {
        var store = new MemorySnapshotStore();
        await WriteAsync(store, Schema(4, SequenceOrder.NewestFirst, "age", "kind"));
        // Example 3 has the steps 3, 2, 1 and 0, the newest first; step n has the age n and the kind n + 0.5.
        var slot = await ExampleThreeAsync(store, Schema(3, SequenceOrder.OldestFirst, "kind"));
        Assert.That(slot.Ids, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(slot.Values, Is.EqualTo(new[] { 1.5f, 2.5f, 3.5f }));
        slot = await ExampleThreeAsync(store, Schema(2, SequenceOrder.NewestFirst, "kind", "age"));
        Assert.That(slot.Ids, Is.EqualTo(new[] { 3, 2 }));
        Assert.That(slot.Values, Is.EqualTo(new[] { 3.5f, 3, 2.5f, 2 }));
        slot = await ExampleThreeAsync(store, Schema(9, SequenceOrder.NewestFirst));
        Assert.That((slot.Ids, slot.Values), Is.EqualTo((new long[] { 3, 2, 1, 0 }, Array.Empty<float>())));
    }

    [Test]
    public async Task A_value_that_the_rows_lack_is_refused_by_name_or_zero()
    {
        var store = new MemorySnapshotStore();
        await WriteAsync(store, Schema(4, SequenceOrder.NewestFirst, "age"));
        var schema = Schema(4, SequenceOrder.NewestFirst, "price", "age");
        Assert.That(
            async () => await ReadAsync(store, schema), Throws.Exception.With.Message.Contains("step value 'price' of slot 'recent'"));
        var slot = await ExampleThreeAsync(store, schema, new() { AllowMissing = true });
        Assert.That(slot.Values, Is.EqualTo(new[] { 0f, 3, 0, 2, 0, 1, 0, 0 }));
    }

    [Test]
    public void The_shape_of_rows_without_sequences_is_as_it_was_before_there_were_any()
    {
        var fixture = new LogFixture("a", "b");
        var shape = RowShape.Of(fixture.Schema);
        // A fingerprint, two lists of names with their lengths, and a width.
        Assert.That(shape.ToBytes(), Has.Length.EqualTo(8 + 4 + (2 * 5) + 4 + 9 + 4));
        Assert.That(RowShape.Read(shape.ToBytes()).Slots, Is.All.Matches<SlotShape>(slot => !slot.IsSequence));
        var bytes = RowShape.Of(Schema(4, SequenceOrder.OldestFirst, "age")).ToBytes();
        Assert.That(RowShape.Read(bytes).ToBytes(), Is.EqualTo(bytes));
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            if (length != 8 + 4 + 10 + 4 + 9 + 4) Assert.That(() => RowShape.Read(cut), Throws.InstanceOf<FormatException>(), $"{length}");
        }
    }

    private static FeatureSchema Schema(int maxLength, SequenceOrder order, params string[] values)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", row => row.Bias(new SgdOptions()));
        builder.Sequence("recent", "items", maxLength, order, values);
        builder.Task("click");
        return builder.Build();
    }

    private static ExampleSource Source(FeatureSchema schema)
    {
        var slot = schema.Slots[0];
        var encoder = new ExampleEncoder<int>(schema, (in int number, ExampleWriter writer) =>
        {
            var values = new float[slot.StepValues.Count];
            for (var step = number; step >= Math.Max(0, number - 5); step--)
            {
                for (var i = 0; i < values.Length; i++) values[i] = slot.StepValues[i] == "age" ? step : step + 0.5f;
                writer.Step(slot, step, values);
            }
            writer.Label(schema.Tasks[0], number % 2).At(number * 1000L, number);
        });
        return ExampleSource.From(() => Enumerable.Range(0, Examples), encoder, 4);
    }

    private static async Task WriteAsync(SnapshotStore store, FeatureSchema schema)
    {
        var (source, at) = (Source(schema).LoggedTo(new ExampleLog(store)), StreamPosition.Start);
        await foreach (var batch in source.ReadAsync(at, CancellationToken.None))
        {
            at = batch.Position;
            batch.Dispose();
        }
        await source.CommittedAsync(at, CancellationToken.None);
    }

    private static async Task<List<string>> ReadAsync(SnapshotStore store, FeatureSchema schema)
    {
        var texts = new List<string>();
        await foreach (var batch in new ExampleLogSource(new ExampleLog(store), schema).ReadAsync(default, CancellationToken.None))
        {
            for (var row = 0; row < batch.Rows; row++) texts.Add(ExampleText.Of(batch, row));
            batch.Dispose();
        }
        return texts;
    }

    private static async Task<(long[] Ids, float[] Values)> ExampleThreeAsync(
        SnapshotStore store, FeatureSchema schema, ExampleLogSourceOptions? options = null)
    {
        var slot = schema.Slots[0];
        await foreach (var batch in new ExampleLogSource(new ExampleLog(store), schema, options).ReadAsync(default, CancellationToken.None))
        {
            var (first, end, width) = (batch.Offsets(slot)[3], batch.Offsets(slot)[4], slot.StepValues.Count);
            return (batch.Ids(slot)[first..end].ToArray(), batch.StepValues(slot)[(first * width)..(end * width)].ToArray());
        }
        throw new AssertionException("The log is empty.");
    }
}
