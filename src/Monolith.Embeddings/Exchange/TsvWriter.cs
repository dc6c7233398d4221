using System.Globalization;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Exchange;

/// <summary>Writes rows as text: a line of names, then a line a row, tab-separated.</summary>
internal sealed class TsvWriter(TableRows rows, TextWriter output)
{
    private const char Tab = '\t';

    private readonly int _dimension = rows.Dimension;

    /// <returns>How many rows were written.</returns>
    public long Write(long maxRows, CancellationToken cancellationToken)
    {
        WriteLine(["id", .. rows.IdsCarrySlots ? ["slot"] : Array.Empty<string>(), "last_update", .. rows.Segments.SelectMany(ColumnsOf)]);
        var written = 0L;
        rows.ForEach(chunk =>
        {
            for (var i = 0; i < chunk.Count && written < maxRows; i++, written++) WriteRow(chunk, i);
            return written < maxRows;
        }, cancellationToken);
        output.Flush();
        return written;
    }

    private static IEnumerable<string> ColumnsOf(SegmentTraits segment)
    {
        // A name may hold anything.
        var name = string.Concat(segment.Name.Select(c => char.IsControl(c) ? ' ' : c));
        return segment.Dimension == 1
            ? [name]
            : Enumerable.Range(0, segment.Dimension).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"));
    }

    private void WriteRow(RowChunk chunk, int row)
    {
        var id = chunk.Ids[row];
        output.Write(id.ToString(CultureInfo.InvariantCulture));
        if (rows.IdsCarrySlots) output.Write(Tab + PackedId.SlotOrNone(id).ToString(CultureInfo.InvariantCulture));
        var lastUpdate = DateTimeOffset.FromUnixTimeMilliseconds(chunk.LastUpdatesMilliseconds[row]);
        output.Write(Tab + lastUpdate.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        foreach (var weight in chunk.Weights.Slice(row * _dimension, _dimension))
            output.Write(Tab + weight.ToString("R", CultureInfo.InvariantCulture));
        output.Write('\n');
    }

    private void WriteLine(IEnumerable<string> cells) => output.Write(string.Join(Tab, cells) + '\n');
}
