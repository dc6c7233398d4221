namespace Monolith.Embeddings.Parquet.Columns;

/// <summary>What the values of a column are, once they are read.</summary>
internal enum ColumnKind
{
    Integer,
    Number,
    Text,
    Time,
}
