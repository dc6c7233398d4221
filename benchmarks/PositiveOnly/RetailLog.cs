using System.Globalization;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;

namespace PositiveOnly;

/// <summary>
/// The lines of an online shop that tell a sale to a known customer, in the order of time; those of one minute, in that of the file.
/// </summary>
public static class RetailLog
{
    public const string FileName = "online_retail.csv.gz";

    public static Choice[] Read(string folder)
    {
        string[] columns = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "CustomerID"];
        var reader = new CsvReader<Choice?>([.. columns.Select(CsvColumn.FromName)], row => Map(row));
        return [.. reader.Read(Path.Combine(folder, FileName)).OfType<Choice>().OrderBy(choice => choice.At)];
    }

    // Null for a cancellation, a return, and a sale to an unknown customer.
    private static Choice? Map(CsvRow row)
    {
        if (row[0].StartsWith('C') || row.Int64(2) <= 0 || row[4].IsEmpty) return null;
        var customer = (long)double.Parse(row[4], CultureInfo.InvariantCulture);
        return new Choice(customer, FeatureId.OfText(row[1]), row.Time(3));
    }
}
