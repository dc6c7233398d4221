using Measuring;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace TrainingThroughput.Workloads;

/// <summary>
/// A source of batches that were written before: what is measured begins where a batch is handed over. A turn reads the next few of them,
/// and none comes again before all others did.
/// </summary>
internal sealed class PreparedExamples : ExampleSource
{
    private static readonly DateTimeOffset FirstTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private readonly ExampleBatch[] _batches;
    private int _first, _count;

    /// <param name="shape">The schema, with its slots and task.</param>
    /// <param name="rows">Draws the rows that the ids name.</param>
    /// <param name="batches">How many batches to write.</param>
    public PreparedExamples(TrainingSchema shape, RowStream rows, int batches)
    {
        Schema = shape.Schema;
        var random = new Random(7);
        _batches = [.. Enumerable.Range(0, batches).Select(i => Write(shape, rows, random, FirstTime.AddSeconds(i)))];
    }

    public override FeatureSchema Schema { get; }

    public override bool CanRewind => true;

    public override bool IsDeterministic => true;

    public int Count => _batches.Length;

    public ExampleBatch this[int batch] => _batches[batch % _batches.Length];

    /// <summary>The batches of the next reading.</summary>
    public void Set(int first, int count) => (_first, _count) = (first, count);

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        Enumerable.Range(_first, _count).Select(i => this[i]).ToAsyncEnumerable();

    private static ExampleBatch Write(TrainingSchema shape, RowStream rows, Random random, DateTimeOffset time)
    {
        var batch = new ExampleBatch(shape.Schema);
        for (var example = 0; example < CriteoShape.BatchSize; example++)
        {
            var writer = batch.BeginExample();
            foreach (var slot in shape.Slots) writer.Id(slot, ScatteredIds.Of(rows.Next()));
            for (var i = 0; i < CriteoShape.Dense; i++) writer.Dense(i, random.NextSingle() - 0.5f);
            writer.Label(shape.Task, random.Next(4) == 0 ? 1 : 0).At(time);
            batch.EndRow();
        }
        return batch;
    }
}
