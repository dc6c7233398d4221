using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Parquet;

/// <summary>Options of <see cref="ParquetExport"/>.</summary>
public sealed class ParquetExportOptions : IValidatedOptions
{
    /// <summary>
    /// Rows a row group, 1 to 1,048,576; the export holds that many rows in memory. Default 16,384.
    /// </summary>
    public int RowGroupRows { get; set; } = 16_384;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(RowGroupRows), RowGroupRows, 1, 1 << 20);
    }
}
