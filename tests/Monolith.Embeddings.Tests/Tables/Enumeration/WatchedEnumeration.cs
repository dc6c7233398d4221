using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables.Model;

namespace Monolith.Embeddings.Tests.Tables.Enumeration;

/// <summary>An enumeration, with what a model says it must, and may, come across.</summary>
internal sealed class WatchedEnumeration : IDisposable
{
    private readonly TableModel _model;
    private readonly RowEnumerator _rows;
    private readonly HashSet<long> _throughout;
    private readonly HashSet<long> _seen = [];

    public WatchedEnumeration(EmbeddingTable table, TableModel model, int chunkRows)
    {
        (_model, _rows) = (model, table.EnumerateRows(chunkRows));
        _throughout = [.. model.Ids];
    }

    /// <summary>To be called after each change of the model.</summary>
    public void Follow() => _throughout.IntersectWith(_model.Ids);

    /// <summary>Takes a chunk; false, after a look at the whole, where there is none left.</summary>
    public bool Step()
    {
        if (!_rows.MoveNext())
        {
            Assert.That(_rows.Current.Count, Is.Zero);
            Assert.That(_throughout.Except(_seen), Is.Empty, "rows that were there throughout and were not met");
            return false;
        }
        var chunk = _rows.Current;
        Assert.That((chunk.Weights.Length, chunk.LastUpdatesMilliseconds.Length),
            Is.EqualTo((chunk.Count * _model.Dimension, chunk.Count)));
        for (var i = 0; i < chunk.Count; i++)
        {
            var id = chunk.Ids[i];
            Assert.That(_seen.Add(id), Is.True, $"id {id} was met twice");
            Assert.That(_model.Contains(id), Is.True, $"id {id} is not there");
            Assert.That(
                Bits.Of(chunk.Weights.Slice(i * _model.Dimension, _model.Dimension).ToArray()), Is.EqualTo(Bits.Of(_model.Read(id))));
            Assert.That(chunk.LastUpdatesMilliseconds[i], Is.EqualTo(_model.LastUpdate(id) * 1000L));
        }
        return true;
    }

    public void Dispose() => _rows.Dispose();
}
