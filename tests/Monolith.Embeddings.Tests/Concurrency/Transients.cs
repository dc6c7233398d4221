using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// Ids that come and go in tides: thousands of rows make the stripes grow, then go by removal or by eviction, and memory with them. One
/// thread writes them.
/// </summary>
internal sealed class Transients(EmbeddingTable table, int first, int count, Random random)
{
    private const int Batch = 256;

    private readonly long[] _ids = new long[Batch];
    private readonly float[] _values = new float[Batch * table.Dimension];
    private int _tide;
    private int _arrived;

    public int First => first;

    public int Count => count;

    public int Tides => _tide;

    /// <summary>Whether the expiry policy is to take an id.</summary>
    public bool IsTransient(long id) => id >= first;

    /// <summary>A batch of new rows, or the end of a tide.</summary>
    public void Step()
    {
        if (_arrived + Batch > count)
        {
            Ebb();
            _tide++;
            _arrived = 0;
            return;
        }
        for (var i = 0; i < Batch; i++)
        {
            _ids[i] = first + _arrived + i;
            _values.AsSpan(i * table.Dimension, table.Dimension).Fill(OwnedIds.Value(_ids[i], 1 + _tide));
        }
        _arrived += table.Assign(_ids, _values, At.Seconds(0));
    }

    // Two tides of three end by eviction alone; the third is removed in an order that leaves holes, and swept.
    private void Ebb()
    {
        for (var start = 0; _tide % 3 == 0 && start < count * 2; start += Batch)
        {
            for (var i = 0; i < Batch; i++) _ids[i] = first + random.Next(count);
            table.Remove(_ids);
        }
        table.Evict();
    }
}
