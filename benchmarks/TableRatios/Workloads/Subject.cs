using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using TableRatios.Flat;

namespace TableRatios.Workloads;

/// <summary>A filled table beside flat rows of the same stride, both with the same number of rows.</summary>
internal sealed class Subject : IDisposable
{
    public const float Rate = 0.01f, Beta = 1;

    // A table makes room for a sixteenth more than its initial capacity, so that stripes which get more ids than others need not grow. That
    // far it is filled, less a hundredth: with all of it, many would have grown.
    private const double CapacityByRows = 1.01 * 16 / 17;

    /// <param name="settings">The number of rows, dimension and stripes.</param>
    /// <param name="optimizer">How the rows learn.</param>
    /// <param name="isIndexFull">
    /// Whether all stripes of the index are about to grow, as they are where a table's initial capacity was all that it needs.
    /// </param>
    public Subject(RatioSettings settings, OptimizerOptions optimizer, bool isIndexFull)
    {
        Rows = settings.Rows;
        var options = BenchmarkTables.Options(settings, optimizer);
        if (isIndexFull) options.InitialCapacity = (long)(Rows * CapacityByRows);
        Table = new EmbeddingTable(options, BenchmarkTables.SetOptions);
        WarmMemory.Touch(2L * Rows * (Table.RowBytes + BenchmarkTables.IndexBytesPerRow));
        new TableFiller(Table).Fill(0, Rows, RatioContext.EventTime);
        Flat = new FlatRows(Rows, Table.RowBytes, settings.Dimension);
        Flat.Fill(0.1f);
    }

    public EmbeddingTable Table { get; }

    public FlatRows Flat { get; }

    public int Rows { get; }

    public void Dispose()
    {
        Flat.Dispose();
        Table.Dispose();
    }
}
