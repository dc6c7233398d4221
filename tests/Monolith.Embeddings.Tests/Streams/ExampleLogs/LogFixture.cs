using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.ExampleLogs;

/// <summary>Examples that are a number each, a second apart, and logs of them.</summary>
internal sealed class LogFixture
{
    public const int BatchSize = 4;

    public LogFixture(params string[] slots)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("numbers", row => row.Bias(new SgdOptions()));
        if (slots.Length == 0) slots = ["number"];
        foreach (var slot in slots) builder.Slot(slot, "numbers");
        Click = builder.Task("click");
        Schema = builder.Build();
        Slot = Schema.Slots[0];
        Encoder = new ExampleEncoder<int>(Schema, (in int number, ExampleWriter writer) =>
        {
            foreach (var slot in Schema.Slots) writer.Id(slot, number + (1000 * slot.Index));
            writer.Label(Click, number % 2).At(number * 1000L, number);
        });
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot Slot { get; }

    public LabelTask Click { get; }

    public ExampleEncoder<int> Encoder { get; }

    public ExampleSource Numbers(int count, int first = 0) =>
        ExampleSource.From(() => Enumerable.Range(first, count), Encoder, BatchSize);

    /// <summary>Logs numbers, with a commit after each given number of batches.</summary>
    public async Task WriteAsync(SnapshotStore store, int count, int batchesACommit, ExampleLogOptions? options = null)
    {
        var source = Numbers(count).LoggedTo(new ExampleLog(store, options));
        var (at, batches) = (StreamPosition.Start, 0);
        await foreach (var batch in source.ReadAsync(at, CancellationToken.None))
        {
            at = batch.Position;
            batch.Dispose();
            if (++batches % batchesACommit == 0) await source.CommittedAsync(at, CancellationToken.None);
        }
        await source.CommittedAsync(at, CancellationToken.None);
    }

    /// <summary>The numbers of a source, and where each batch ends.</summary>
    public async Task<List<long>> ReadAsync(
        ExampleSource source, StreamPosition from = default, List<StreamPosition>? positions = null,
        CancellationToken cancellationToken = default)
    {
        var numbers = new List<long>();
        await foreach (var batch in source.ReadAsync(from, cancellationToken))
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var id = batch.Ids(Slot)[row];
                Assert.That((batch.RequestIds[row], batch.EventTimesMilliseconds[row]), Is.EqualTo((id, id * 1000)));
                numbers.Add(id);
            }
            positions?.Add(batch.Position);
            batch.Dispose();
        }
        return numbers;
    }

    public Task<List<long>> ReadAsync(SnapshotStore store, ExampleLogSourceOptions? options = null, StreamPosition from = default) =>
        ReadAsync(new ExampleLogSource(new ExampleLog(store), Schema, options), from);

    public static IEnumerable<long> Range(int first, int count) => Enumerable.Range(first, count).Select(number => (long)number);
}
