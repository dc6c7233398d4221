using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Streams;

/// <summary>The batches of one block of a stream, and the order in which their examples are given. Used again for each block.</summary>
internal sealed class ShuffledBlock : IDisposable
{
    private readonly List<ExampleBatch> _batches = [];
    private readonly List<int> _ends = [];
    private (int Batch, int Row)[] _order = [];

    /// <summary>How many examples it has.</summary>
    public int Count { get; private set; }

    /// <summary>Where the stream goes on behind it.</summary>
    public StreamPosition End { get; private set; }

    /// <summary>Reads the batches that make a block, which are its own until it is read again or disposed.</summary>
    /// <param name="batches">The stream, at the beginning of the block.</param>
    /// <param name="examples">It ends with the batch that brings it to this number.</param>
    public async ValueTask ReadAsync(IAsyncEnumerator<ExampleBatch> batches, int examples)
    {
        Clear();
        while (Count < examples && await batches.MoveNextAsync().ConfigureAwait(false))
        {
            var batch = batches.Current;
            _batches.Add(batch);
            Count = checked(Count + batch.Rows);
            _ends.Add(Count);
            End = batch.Position;
        }
    }

    /// <summary>Draws the order (Fisher and Yates), which depends on the number of examples and the key alone.</summary>
    public void Shuffle(ulong key)
    {
        if (_order.Length < Count) _order = new (int, int)[Count];
        var place = 0;
        for (var batch = 0; batch < _batches.Count; batch++)
        {
            for (var row = 0; row < _batches[batch].Rows; row++) _order[place++] = (batch, row);
        }
        for (var left = Count; left > 1; left--)
        {
            var other = (int)Math.BigMul(KeyMixer.Draw(key, (ulong)left), (ulong)left, out _);
            (_order[left - 1], _order[other]) = (_order[other], _order[left - 1]);
        }
    }

    /// <summary>Where the batch ends that begins with an example, if the block is cut as it was read.</summary>
    public int EndOfBatchAt(int first)
    {
        var found = _ends.BinarySearch(first + 1);
        return _ends[found < 0 ? ~found : found];
    }

    /// <summary>Appends examples, in the order that was drawn.</summary>
    public void CopyTo(ExampleBatch target, int first, int end)
    {
        foreach (var (batch, row) in _order.AsSpan(first, end - first)) target.Append(_batches[batch], row);
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (var batch in _batches) batch.Dispose();
        _batches.Clear();
        _ends.Clear();
        Count = 0;
    }
}
