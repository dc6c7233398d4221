// docs/guide/sources.md shows what stands between the two marks, to the letter; SourcesPageTests holds that.
// <page>
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Streams;

public static class Sales
{
    private static readonly CsvReader<Visit> Reader = new(
        ["user", "item", "bought", "at"], row => new Visit(row.Int64(0), row.Int64(1), row.Int64(2, 0, 1) == 1, row.Time(3)));

    /// <summary>CSV with a header in each file, in the package Monolith.Embeddings.Datasets.</summary>
    public static CsvLogSource<Visit> Open(string path, VisitModel shop) =>
        new(LogFiles.Rotating(path), Reader, shop.Encoder, null, new() { Follow = false });
}
// </page>
