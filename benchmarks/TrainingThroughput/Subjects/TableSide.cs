using Monolith.Embeddings.Tables;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Subjects;

/// <summary>
/// What the tables alone need for a batch: its distinct ids, found before, are looked up and get gradients, straight on the tables.
/// </summary>
internal sealed class TableSide
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private readonly EmbeddingTableSet _tables;
    private readonly DistinctIds[][] _batches;
    private readonly float[] _output;
    private readonly float[] _gradients;
    private long _step;

    public TableSide(EmbeddingTableSet tables, PreparedExamples examples)
    {
        _tables = tables;
        _batches = [.. Enumerable.Range(0, examples.Count).Select(i => DistinctIds.Of(examples[i]))];
        _output = new float[CriteoShape.IdsABatch * CriteoShape.RowWidth];
        _gradients = [.. Enumerable.Repeat(ConstantModel.Gradient, _output.Length)];
    }

    /// <summary>How many distinct ids a batch has, of all tables, in the mean.</summary>
    public double DistinctABatch => _batches.Average(tables => tables.Sum(ids => (double)ids.Ids.Length));

    public void Run(int first, int count)
    {
        for (var batch = first; batch < first + count; batch++) Run(_batches[batch % _batches.Length]);
    }

    private void Run(DistinctIds[] tables)
    {
        for (var i = 0; i < tables.Length; i++)
        {
            var (ids, counts) = (tables[i].Ids, tables[i].Counts);
            _tables.Tables[i].LookupOrAdmit(ids, counts, _output.AsSpan(0, ids.Length * CriteoShape.RowWidth), Time, _step);
        }
        for (var i = 0; i < tables.Length; i++)
        {
            var (ids, counts) = (tables[i].Ids, tables[i].Counts);
            _tables.Tables[i].ApplyGradients(ids, _gradients.AsSpan(0, ids.Length * CriteoShape.RowWidth), counts, Time, _step);
        }
        _step++;
    }
}
