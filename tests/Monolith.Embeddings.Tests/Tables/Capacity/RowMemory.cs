using Microsoft.Extensions.Options;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Capacity;

/// <summary>
/// Prints the tables of docs/operations/memory.md: for every optimizer of the library, the bytes of a row by its layout, and what the
/// account of a table of a million rows holds for each, without its index.
/// </summary>
[Explicit("Takes about a minute and prints; one test of the default run checks the numbers of one optimizer.")]
public class RowMemory : LeakChecked
{
    private const int Rows = 1_000_000, BatchIds = 10_000;

    private static readonly (RowPrecision Weights, RowPrecision State)[] Precisions =
        [(RowPrecision.Float32, RowPrecision.Float32), (RowPrecision.Float16, RowPrecision.Float32),
            (RowPrecision.Float16, RowPrecision.BFloat16)];

    [TestCase(16)]
    [TestCase(64)]
    public void Print(int dimension)
    {
        TestContext.Out.WriteLine($"Dimension {dimension}, {Rows:N0} rows: bytes of a row by its layout / measured");
        TestContext.Out.WriteLine("| optimizer | 32 bits | weights of 16 bits | weights and state of 16 bits |");
        TestContext.Out.WriteLine("|---|---|---|---|");
        foreach (var type in LibrarysOptimizers())
        {
            var cells = Precisions.Select(precision => Cell(type, dimension, precision.Weights, precision.State));
            TestContext.Out.WriteLine($"| `{type.Name.Replace("Options", "")}` | {string.Join(" | ", cells)} |");
        }
    }

    /// <summary>Row types that the library measures: the account's bytes less those of the index, by row.</summary>
    internal static (int Layout, double Measured) Measure(
        OptimizerOptions optimizer, int dimension, RowPrecision weights, RowPrecision state, int rows)
    {
        using var table = new EmbeddingTable(
            Options(optimizer, dimension, weights, state), new EmbeddingTableSetOptions { MemoryLimitBytes = 4L << 30 });
        var values = new float[BatchIds * dimension];
        for (var first = 0; first < rows; first += BatchIds) table.Assign(TestTable.Range(first, BatchIds), values, At.Seconds(1));
        var bytes = table.GetStatistics().Bytes;
        return (table.RowBytes, (double)bytes.Rows / table.Count);
    }

    // Options without which an optimizer is nothing, such as those of a decorator, and dimensions that it does not have, leave a gap.
    private static string Cell(Type type, int dimension, RowPrecision weights, RowPrecision state)
    {
        try
        {
            var (layout, measured) = Measure((OptimizerOptions)Activator.CreateInstance(type)!, dimension, weights, state, Rows);
            return $"{layout} / {measured:F1}";
        }
        catch (Exception refusal) when (refusal is OptionsValidationException or ArgumentException or MissingMethodException)
        {
            return "-";
        }
    }

    private static IEnumerable<Type> LibrarysOptimizers() =>
        from type in typeof(OptimizerOptions).Assembly.GetExportedTypes()
        where type.IsSubclassOf(typeof(OptimizerOptions)) && !type.IsAbstract
        orderby type.Name
        select type;

    private static EmbeddingTableOptions Options(OptimizerOptions optimizer, int dimension, RowPrecision weights, RowPrecision state)
    {
        var options = new EmbeddingTableOptions { Name = "rows" };
        options.Segments.Add(new SegmentOptions
        {
            Name = "vector",
            Dimension = dimension,
            Optimizer = optimizer,
            Precision = weights,
            StatePrecision = state,
        });
        return options;
    }
}
