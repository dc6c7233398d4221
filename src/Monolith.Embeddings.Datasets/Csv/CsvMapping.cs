namespace Monolith.Embeddings.Datasets;

/// <summary>
/// Makes a record of a row. A <see cref="FormatException"/> or an <see cref="OverflowException"/> that it throws makes the row malformed;
/// any other ends the reading.
/// </summary>
/// <typeparam name="T">The application's record.</typeparam>
/// <param name="row">The columns that the reader was asked for; valid until the mapping returns.</param>
public delegate T CsvMapping<out T>(CsvRow row);
