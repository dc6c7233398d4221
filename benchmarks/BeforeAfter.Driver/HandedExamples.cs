using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace BeforeAfter.Driver;

/// <summary>A source of the examples that were handed over last, which end there; the next examples go on from any position.</summary>
internal sealed class HandedExamples(FeatureSchema schema, FeatureSlot[] slots, LabelTask task, int batchSize) : ExampleSource
{
    // Some moment, in milliseconds; a second later with each batch.
    private const long FirstTime = 1_700_000_000_000;
    private const long BatchTime = 1000;

    private readonly ExampleBatchPool _batches = new(schema);
    private long[] _ids = [];
    private float[] _labels = [];
    private int _examples;
    private long _time = FirstTime;

    public override FeatureSchema Schema => schema;

    public override bool CanRewind => true;

    public override bool IsDeterministic => true;

    public void Set(ReadOnlySpan<long> ids, ReadOnlySpan<float> labels)
    {
        if (_ids.Length < ids.Length) (_ids, _labels) = (new long[ids.Length], new float[labels.Length]);
        ids.CopyTo(_ids);
        labels.CopyTo(_labels);
        _examples = labels.Length;
    }

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        Batches().ToAsyncEnumerable();

    private IEnumerable<ExampleBatch> Batches()
    {
        for (var first = 0; first < _examples; first += batchSize)
        {
            // The trainer hands it back.
            var batch = _batches.Rent();
            Write(batch, first);
            yield return batch;
        }
    }

    private void Write(ExampleBatch batch, int first)
    {
        _time += BatchTime;
        for (var example = first; example < first + batchSize; example++)
        {
            var writer = batch.BeginExample();
            for (var slot = 0; slot < slots.Length; slot++) writer.Id(slots[slot], _ids[example * slots.Length + slot]);
            writer.Label(task, _labels[example]).At(DateTimeOffset.FromUnixTimeMilliseconds(_time));
            batch.EndRow();
        }
    }
}
