using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>Which rows of a batch are of one request. Used again for each batch; not thread-safe.</summary>
internal sealed class BatchRequests
{
    // The first row of each request plus 1, by linear probing at most half full; 0 is free.
    private int[] _slots = new int[64];
    private int[] _first = new int[32], _last = new int[32], _next = new int[32];

    /// <summary>Finds the requests of a batch.</summary>
    public void Begin(ExampleBatch batch)
    {
        var size = _slots.Length;
        while (size < 2 * batch.Rows) size *= 2;
        if (size > _slots.Length) (_slots, _first, _last, _next) = (new int[size], new int[size], new int[size], new int[size]);
        else _slots.AsSpan().Clear();
        for (var row = 0; row < batch.Rows; row++) Add(batch.RequestIds, row);
    }

    /// <summary>The first row of a row's request: the row itself where it has no request.</summary>
    public int First(int row) => _first[row];

    /// <summary>The next row of a row's request, or -1.</summary>
    public int Next(int row) => _next[row];

    private void Add(ReadOnlySpan<long> requests, int row)
    {
        (_first[row], _last[row], _next[row]) = (row, row, -1);
        if (requests[row] == 0) return;
        var slot = (int)KeyMixer.Mix((ulong)requests[row]) & (_slots.Length - 1);
        while (_slots[slot] != 0 && requests[_slots[slot] - 1] != requests[row]) slot = (slot + 1) & (_slots.Length - 1);
        if (_slots[slot] == 0)
        {
            _slots[slot] = row + 1;
            return;
        }
        var first = _slots[slot] - 1;
        _next[_last[first]] = row;
        (_first[row], _last[first]) = (first, row);
    }
}
