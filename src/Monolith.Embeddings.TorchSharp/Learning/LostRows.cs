namespace Monolith.Embeddings.TorchSharp.Learning;

/// <summary>Rows of a batch that teach nothing, because their numbers are absurd. Kept from batch to batch. Not thread-safe.</summary>
internal sealed class LostRows
{
    private bool[] _isLost = [];

    public int Rows { get; private set; }

    /// <summary>How many rows are lost.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a batch: none is lost.</summary>
    public void Begin(int rows)
    {
        if (_isLost.Length < rows) _isLost = new bool[Math.Max(rows, 2 * _isLost.Length)];
        _isLost.AsSpan(0, rows).Clear();
        (Rows, Count) = (rows, 0);
    }

    public bool IsLost(int row) => _isLost[row];

    public void Lose(int row)
    {
        if (_isLost[row]) return;
        _isLost[row] = true;
        Count++;
    }

    /// <summary>Loses all rows of which a value is not finite, or beyond a limit.</summary>
    /// <param name="values">[rows, columns].</param>
    /// <param name="limit">The largest magnitude that is allowed.</param>
    public void LoseAbsurd(ReadOnlySpan<float> values, float limit)
    {
        if (Rows == 0 || FiniteFloats.AreWithin(values, limit)) return;
        var columns = values.Length / Rows;
        for (var row = 0; row < Rows; row++)
        {
            if (!FiniteFloats.AreWithin(values.Slice(row * columns, columns), limit)) Lose(row);
        }
    }
}
