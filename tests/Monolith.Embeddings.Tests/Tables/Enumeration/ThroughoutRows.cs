using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Tables.Enumeration;

/// <summary>An enumeration that checks that it meets each row at most once, and all that were there throughout.</summary>
internal sealed class ThroughoutRows(EmbeddingTable table, IEnumerable<long> ids, int chunkRows)
{
    private readonly RowEnumerator _rows = table.EnumerateRows(chunkRows);
    private readonly HashSet<long> _throughout = [.. ids];
    private readonly HashSet<long> _met = [];

    public void Removed(long id) => _throughout.Remove(id);

    /// <summary>Takes a chunk.</summary>
    /// <returns>False where there is none left.</returns>
    public bool Step()
    {
        if (!_rows.MoveNext()) return false;
        foreach (var id in _rows.Current.Ids) Assert.That(_met.Add(id), $"id {id} was met twice");
        return true;
    }

    public void Finish()
    {
        while (Step())
        {
        }
        Assert.That(_throughout.Except(_met), Is.Empty, "rows that were there throughout and were not met");
        _rows.Dispose();
    }
}
