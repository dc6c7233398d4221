namespace Monolith.Embeddings.Datasets;

/// <summary>What a quote means in a CSV file.</summary>
public enum CsvQuoting
{
    /// <summary>
    /// RFC 4180: a field that begins with a quote ends with one, may hold delimiters and line ends, and holds a quote as two. A quote
    /// elsewhere in a field is a character like any other.
    /// </summary>
    Standard,

    /// <summary>
    /// Nothing: a quote is a character like any other, and every line is a record. For files whose writers quote nothing, as the TSV files
    /// of IMDb.
    /// </summary>
    None,
}
