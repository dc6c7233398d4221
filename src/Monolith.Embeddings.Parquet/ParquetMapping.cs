namespace Monolith.Embeddings.Parquet;

/// <summary>
/// Makes a record of a row. A <see cref="FormatException"/> or an <see cref="OverflowException"/> that it throws ends the reading with an
/// <see cref="InvalidDataException"/> that names the file, the row group and the row; any other ends it as it is.
/// </summary>
/// <typeparam name="T">The application's record.</typeparam>
/// <param name="row">The columns that the source was asked for; valid until the mapping returns.</param>
public delegate T ParquetMapping<out T>(ParquetRow row);
