using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Parquet.Columns;

/// <summary>The values of one column of a row group; those that are null are left out. Used by one thread.</summary>
internal sealed class ColumnValues(string name, ColumnKind kind, int[] starts)
{
    private long[]? _ids;

    public string Name => name;

    public ColumnKind Kind => kind;

    /// <summary>Where the values of each row begin, and where those of the last end, [rows + 1].</summary>
    public int[] Starts => starts;

    /// <summary>Whole numbers, booleans as 0 and 1, times as ticks.</summary>
    public long[] Integers { get; init; } = [];

    public double[] Numbers { get; init; } = [];

    public ReadOnlyMemory<char>[] Texts { get; init; } = [];

    /// <summary>Whole numbers as they are, texts as the ids that they have everywhere.</summary>
    public long[] Ids => _ids ??= kind == ColumnKind.Integer ? Integers : Array.ConvertAll(Texts, text => FeatureId.OfText(text.Span));
}
