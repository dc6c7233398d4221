using Monolith.Embeddings.Tables;

namespace TrainingThroughput.Workloads;

/// <summary>Tables of a schema in which every row is there.</summary>
internal sealed class TrainingTables : IDisposable
{
    /// <summary>When the rows were filled: before the examples.</summary>
    public static readonly DateTimeOffset FillTime = DateTimeOffset.FromUnixTimeSeconds(1_600_000_000);

    private const long MemoryLimit = 20L << 30;
    private const int FillBatch = 65_536;

    public TrainingTables(int rows, int tables)
    {
        Schema = new TrainingSchema(rows, tables);
        RowsATable = rows / tables;
        Set = new EmbeddingTableSet(Schema.Schema, new EmbeddingTableSetOptions { Seed = 1, MemoryLimitBytes = MemoryLimit });
        foreach (var table in Set.Tables) Fill(table);
    }

    public TrainingSchema Schema { get; }

    public EmbeddingTableSet Set { get; }

    public int RowsATable { get; }

    public PreparedExamples Examples(IdDistribution distribution, int batches) =>
        new(Schema, new RowStream(RowsATable, distribution, seed: 3), batches);

    public void Dispose() => Set.Dispose();

    private void Fill(EmbeddingTable table)
    {
        var ids = new long[FillBatch];
        var counts = new int[FillBatch];
        var output = new float[FillBatch * table.Dimension];
        Array.Fill(counts, 1);
        for (var first = 0; first < RowsATable; first += FillBatch)
        {
            var count = Math.Min(FillBatch, RowsATable - first);
            for (var i = 0; i < count; i++) ids[i] = Measuring.ScatteredIds.Of(first + i);
            table.LookupOrAdmit(ids.AsSpan(0, count), counts.AsSpan(0, count), output.AsSpan(0, count * table.Dimension), FillTime);
        }
    }
}
