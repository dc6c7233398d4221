using Monolith.Embeddings.Exchange;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>What a table writes of itself.</summary>
internal static class ExportTexts
{
    public static string[] All()
    {
        using var tables = Tables.Filled();
        var table = tables["items"];
        using var tsv = new StringWriter();
        using var npz = new MemoryStream();
        TableExport.WriteTsvAsync(table, tsv).GetAwaiter().GetResult();
        TableExport.WriteNpzAsync(table, npz).GetAwaiter().GetResult();
        return
        [
            tsv.ToString(), Convert.ToHexString(npz.ToArray()), table.Explain(-1234567).ToString(), table.Explain(-5).ToString(),
            table.GetStatistics().ToString(),
        ];
    }
}
