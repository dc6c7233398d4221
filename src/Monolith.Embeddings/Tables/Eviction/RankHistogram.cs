using Monolith.Embeddings.Eviction;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>
/// Finds a bound below which all but the best rows lie, exactly and in fixed memory: each round counts the ranks of an interval in bins and narrows the interval to the
/// bin that the bound is in, 16 bits of the rank at a time (a radix selection; Knuth, TAOCP 3, 5.2.5). Not thread-safe.
/// </summary>
/// <param name="kept">How many rows are the best.</param>
internal sealed class RankHistogram(long kept)
{
    private const int DigitBits = 16;
    private const int RankBits = 128;

    private readonly long[] _bins = new long[1 << DigitBits];
    private UInt128 _low;
    private int _shift = RankBits - DigitBits;
    private long _rows;
    private long _below;

    /// <summary>Rows of lower ranks are not among the best. Set once <see cref="TryNarrow"/> says so.</summary>
    public RowRank Bound { get; private set; }

    /// <summary>Counts a row that is kept whatever its rank is.</summary>
    public void AddKept() => _rows++;

    /// <summary>Counts a row.</summary>
    public void Add(RowRank rank)
    {
        _rows++;
        var number = rank.Number;
        if (number < _low) _below++;
        else if ((number - _low) >> _shift is var bin && bin < (UInt128)_bins.Length) _bins[(int)bin]++;
    }

    /// <summary>Ends a round in which every row was added.</summary>
    /// <returns>Whether another round is needed; else the bound is found.</returns>
    public bool TryNarrow()
    {
        // Between two rounds rows come and go; each round decides by what it saw itself.
        var excess = _rows - kept - _below;
        var bin = 0;
        while (excess > 0 && bin < _bins.Length && _bins[bin] <= excess) excess -= _bins[bin++];
        var isAbove = bin == _bins.Length;
        var low = isAbove && _shift == RankBits - DigitBits ? UInt128.MaxValue : _low + ((UInt128)bin << _shift);
        var isFound = excess <= 0 || isAbove;
        if (isFound) Bound = RowRank.FromNumber(low);
        (_low, _rows, _below) = (low, 0, 0);
        _shift -= DigitBits;
        Array.Clear(_bins);
        return !isFound;
    }
}
