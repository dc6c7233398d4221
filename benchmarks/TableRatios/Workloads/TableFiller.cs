using Monolith.Embeddings.Tables;
using Measuring;

namespace TableRatios.Workloads;

/// <summary>Creates rows by number, a batch at a time.</summary>
internal sealed class TableFiller(EmbeddingTable table, int batchSize = RatioContext.BatchSize)
{
    private readonly long[] _ids = new long[batchSize];
    private readonly float[] _output = new float[batchSize * table.Dimension];

    /// <summary>Called after each batch with the number of rows that there are and how long the verb took.</summary>
    public Action<int, BatchTime>? Filled { get; init; }

    public void Fill(int from, int to, DateTimeOffset eventTime)
    {
        for (var start = from; start < to; start += batchSize)
        {
            var count = Math.Min(batchSize, to - start);
            for (var i = 0; i < count; i++) _ids[i] = ScatteredIds.Of(start + i);
            var began = BatchTime.Now;
            table.LookupOrAdmit(_ids.AsSpan(0, count), [], _output.AsSpan(0, count * table.Dimension), eventTime);
            Filled?.Invoke(start + count, BatchTime.Now - began);
        }
    }

    /// <summary>Makes rows new again: a share of them, drawn at random, so that those of both kinds lie mixed.</summary>
    public void Touch(int rows, double share, DateTimeOffset eventTime)
    {
        var (random, zeros, count) = (new Random(3), new float[_output.Length], 0);
        for (var number = 0; number < rows; number++)
        {
            if (random.NextDouble() < share) _ids[count++] = ScatteredIds.Of(number);
            if (count < batchSize && number < rows - 1) continue;
            table.AssignAdd(_ids.AsSpan(0, count), zeros.AsSpan(0, count * table.Dimension), eventTime);
            count = 0;
        }
    }
}
