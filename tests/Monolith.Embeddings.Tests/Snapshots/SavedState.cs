using System.Globalization;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Tables.Cuts;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>All that a snapshot is to bring back of a table set, to the bit, in an order of its own.</summary>
internal static class SavedState
{
    public static string[] Of(EmbeddingTableSet tables) => [.. tables.Tables.SelectMany(Of)];

    public static IEnumerable<string> Of(EmbeddingTable table)
    {
        var rows = new SortedDictionary<long, string>();
        var record = new byte[RowRecord.BytesOf(table.Rules.Layout)];
        table.ForEachRow(row =>
        {
            RowRecord.Write(row, record);
            rows.Add(row.Key, Convert.ToHexString(record));
        }, CancellationToken.None);
        var pending = AdmissionRecordList.Of(table)
            .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.MixedId:x16} {Convert.ToHexString(r.Bytes.Span)}"));
        return [$"{table.Name} at {table.NewestEventTime.InSeconds()}", .. rows.Values, .. pending.Order(StringComparer.Ordinal)];
    }
}
