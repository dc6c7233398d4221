using Monolith.Embeddings.Datasets.Lines;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// A column of a CSV file, by its name in the header or by its position. Texts and numbers convert to it. Immutable; thread-safe.
/// </summary>
public readonly record struct CsvColumn
{
    private CsvColumn(string? name, int index) => (Name, Index) = (name, index);

    /// <summary>The name in the header, compared exactly; null for a column by position.</summary>
    public string? Name { get; }

    /// <summary>The position, the first is 0; -1 for a column by name.</summary>
    public int Index { get; }

    /// <summary>The column of this name.</summary>
    /// <param name="name">The name in the header.</param>
    public static implicit operator CsvColumn(string name) => FromName(name);

    /// <summary>The column at this position.</summary>
    /// <param name="index">0 for the first.</param>
    public static implicit operator CsvColumn(int index) => FromIndex(index);

    /// <summary>The column of this name.</summary>
    /// <param name="name">The name in the header.</param>
    public static CsvColumn FromName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new CsvColumn(name, -1);
    }

    /// <summary>The column at this position.</summary>
    /// <param name="index">0 for the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public static CsvColumn FromIndex(int index)
    {
        OutOfRange.ThrowIfLess(index, 0);
        return new CsvColumn(null, index);
    }

    /// <summary>As messages name it: the quoted name, what cannot be seen in it as escapes, or "column" and the position.</summary>
    public override string ToString() => Name is null ? $"column {Index}" : $"'{ShownText.Of(Name)}'";
}
