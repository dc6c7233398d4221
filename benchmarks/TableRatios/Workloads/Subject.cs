using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using TableRatios.Flat;

namespace TableRatios.Workloads;

/// <summary>A filled table beside flat rows of the same stride, both with the same number of rows.</summary>
internal sealed class Subject : IDisposable
{
    public const float Rate = 0.01f, Beta = 1;

    private readonly TableFiller _filler;

    /// <param name="settings">The first number of rows, dimension and stripes.</param>
    /// <param name="optimizer">How the rows learn.</param>
    /// <param name="mostRows">How many rows there will be at most.</param>
    public Subject(RatioSettings settings, OptimizerOptions optimizer, int mostRows)
    {
        Table = new EmbeddingTable(BenchmarkTables.Options(settings, optimizer), BenchmarkTables.SetOptions);
        WarmMemory.Touch(2L * mostRows * (Table.RowBytes + BenchmarkTables.IndexBytesPerRow));
        _filler = new TableFiller(Table);
        GrowTo(settings.Rows);
        Flat = new FlatRows(mostRows, Table.RowBytes, settings.Dimension);
        Flat.Fill(0.1f);
    }

    public EmbeddingTable Table { get; }

    public FlatRows Flat { get; }

    public int Rows { get; private set; }

    public void GrowTo(int rows)
    {
        _filler.Fill(Rows, rows, eventTime: 1);
        Rows = rows;
    }

    public void Dispose()
    {
        Flat.Dispose();
        Table.Dispose();
    }
}
