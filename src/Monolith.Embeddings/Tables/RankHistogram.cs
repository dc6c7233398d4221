using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// Finds a bound between the lowest ranks and the others, exactly and in fixed memory: each round counts the ranks of an interval in bins
/// and narrows the interval to the bin that the bound is in, 16 bits of the rank at a time (a radix selection; Knuth, TAOCP 3, 5.2.5). A
/// rank is a score's order in its upper 64 bits and a mixed id in its lower ones, so that no two rows share one. Not thread-safe.
/// </summary>
/// <remarks>
/// The rows may be in several places: each counts its own in a histogram of the same <see cref="Low"/> and <see cref="Shift"/>, and these
/// are added up.
/// </remarks>
public sealed class RankHistogram
{
    /// <summary>How many bins there are: 65,536.</summary>
    public const int BinCount = 1 << DigitBits;

    private const int DigitBits = 16;
    private const int RankBits = 128;

    private readonly long[] _bins = new long[BinCount];
    private readonly long _kept = long.MaxValue;
    private readonly long? _lowest;

    /// <summary>Creates a histogram that finds the bound below which all but the best rows lie.</summary>
    /// <param name="kept">How many rows are the best, 0 or more.</param>
    public RankHistogram(long kept)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kept);
        _kept = kept;
    }

    /// <summary>Creates a histogram that counts the rows of one place in a round; somebody else has the sum.</summary>
    /// <param name="low"><see cref="Low"/> of the sum.</param>
    /// <param name="shift"><see cref="Shift"/> of the sum.</param>
    public RankHistogram(UInt128 low, int shift) => (Low, Shift) = (low, shift);

    private RankHistogram(long? lowest) => _lowest = lowest;

    /// <summary>The lowest rank of the interval; 0 in the first round.</summary>
    public UInt128 Low { get; private set; }

    /// <summary>How many low bits of a rank a bin has in common: 112 in the first round, then 16 fewer in each.</summary>
    public int Shift { get; private set; } = RankBits - DigitBits;

    /// <summary>The rows of this round, those that are kept whatever their rank among them.</summary>
    public long Rows { get; private set; }

    /// <summary>Those of them that lie below the interval.</summary>
    public long Below { get; private set; }

    /// <summary>Those of them in each part of the interval, <see cref="BinCount"/> numbers.</summary>
    public ReadOnlySpan<long> Bins => _bins;

    /// <summary>Rows of lower ranks are the lowest. Set once <see cref="TryNarrow"/> says so.</summary>
    public UInt128 Bound { get; private set; }

    /// <summary>Creates a histogram that finds the bound below which the lowest rows lie.</summary>
    /// <param name="rows">How many these are, 0 or more; all rows where there are fewer.</param>
    public static RankHistogram OfLowest(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        return new(new long?(rows));
    }

    /// <summary>Counts a row that is kept whatever its rank is.</summary>
    internal void AddKept() => Rows++;

    /// <summary>Counts a row.</summary>
    internal void Add(RowRank rank)
    {
        Rows++;
        var number = rank.Number;
        if (number < Low) Below++;
        else if ((number - Low) >> Shift is var bin && bin < (UInt128)_bins.Length) _bins[(int)bin]++;
    }

    /// <summary>Adds the rows of one place.</summary>
    /// <param name="rows">Its <see cref="Rows"/>.</param>
    /// <param name="below">Its <see cref="Below"/>.</param>
    /// <param name="bins">Its <see cref="Bins"/>.</param>
    /// <exception cref="ArgumentException">There are more or fewer bins; nothing was added.</exception>
    public void Add(long rows, long below, ReadOnlySpan<long> bins)
    {
        if (bins.Length != BinCount) throw new ArgumentException($"A histogram has {BinCount} bins, and these are {bins.Length}.", nameof(bins));
        (Rows, Below) = (Rows + rows, Below + below);
        for (var i = 0; i < bins.Length; i++) _bins[i] += bins[i];
    }

    /// <summary>Ends a round in which every row was added.</summary>
    /// <returns>Whether another round is needed; else the bound is found.</returns>
    public bool TryNarrow()
    {
        // Between two rounds rows come and go; each round decides by what it saw itself.
        var excess = (_lowest ?? Rows - _kept) - Below;
        var bin = 0;
        while (excess > 0 && bin < _bins.Length && _bins[bin] <= excess) excess -= _bins[bin++];
        var isAbove = bin == _bins.Length;
        var low = isAbove && Shift == RankBits - DigitBits ? UInt128.MaxValue : Low + ((UInt128)bin << Shift);
        var isFound = excess <= 0 || isAbove;
        if (isFound) Bound = low;
        (Low, Rows, Below) = (low, 0, 0);
        Shift -= DigitBits;
        Array.Clear(_bins);
        return !isFound;
    }
}
