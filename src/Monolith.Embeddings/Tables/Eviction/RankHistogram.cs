using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// Finds a bound between the lowest ranks and the others, exactly and in fixed memory: each round counts the ranks of an interval in bins
/// and narrows the interval to the bin that the bound is in, 16 bits of the rank at a time (a radix selection; Knuth, TAOCP 3, 5.2.5). A
/// rank is a score's order in its upper 64 bits and a mixed id in its lower ones, so that no two rows share one. Not thread-safe.
/// </summary>
/// <remarks>
/// The rows may be in several places: each counts its own in a histogram of the same <see cref="Low"/> and <see cref="Shift"/>, and these
/// are added up. The bins take 512 KiB; a histogram that is disposed leaves them to the next one.
/// </remarks>
public sealed class RankHistogram : IDisposable
{
    /// <summary>How many bins there are: 65,536.</summary>
    public const int BinCount = 1 << DigitBits;

    private const int DigitBits = 16;
    private const int RankBits = 128;

    // All zeros while they are idle.
    private static readonly ObjectPool<long[]> Idle = new(static () => new long[BinCount]);

    private readonly long _kept = long.MaxValue;
    private readonly long? _lowest;
    private long[] _bins = Idle.Rent();

    /// <summary>Creates a histogram that finds the bound below which all but the best rows lie.</summary>
    /// <param name="kept">How many rows are the best, 0 or more.</param>
    public RankHistogram(long kept)
    {
        OutOfRange.ThrowIfNegative(kept);
        _kept = kept;
    }

    /// <summary>Creates a histogram that counts the rows of one place in a round; the coordinator has the sum.</summary>
    /// <param name="low"><see cref="Low"/> of the sum.</param>
    /// <param name="shift"><see cref="Shift"/> of the sum: 0 to 112, a multiple of 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">No round has such a shift.</exception>
    public RankHistogram(UInt128 low, int shift)
    {
        if (shift < 0 || shift > RankBits - DigitBits || shift % DigitBits != 0)
            throw OutOfRange.Of(nameof(shift), shift, $"A round's shift is 0 to {RankBits - DigitBits}, a multiple of {DigitBits}.");
        (Low, Shift) = (low, shift);
    }

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
    /// <exception cref="ObjectDisposedException">The histogram is disposed.</exception>
    public ReadOnlySpan<long> Bins => Counts;

    /// <summary>Rows of lower ranks are the lowest. Set once <see cref="TryNarrow"/> says so.</summary>
    public UInt128 Bound { get; private set; }

    private long[] Counts
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bins.Length == 0, this);
            return _bins;
        }
    }

    /// <summary>Creates a histogram that finds the bound below which the lowest rows lie.</summary>
    /// <param name="rows">How many these are, 0 or more; all rows where there are fewer.</param>
    public static RankHistogram OfLowest(long rows)
    {
        OutOfRange.ThrowIfNegative(rows);
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
        else if ((number - Low) >> Shift is var bin && bin < BinCount) _bins[(int)bin]++;
    }

    /// <summary>Adds the rows of one place.</summary>
    /// <param name="rows">Its <see cref="Rows"/>.</param>
    /// <param name="below">Its <see cref="Below"/>.</param>
    /// <param name="bins">Its <see cref="Bins"/>.</param>
    /// <exception cref="ArgumentException">There are more or fewer bins; nothing was added.</exception>
    public void Add(long rows, long below, ReadOnlySpan<long> bins)
    {
        if (bins.Length != BinCount)
            throw new ArgumentException($"A histogram has {BinCount} bins, and these are {bins.Length}.", nameof(bins));
        var counts = Counts;
        (Rows, Below) = (Rows + rows, Below + below);
        for (var i = 0; i < bins.Length; i++) counts[i] += bins[i];
    }

    /// <summary>Ends a round in which every row was added.</summary>
    /// <returns>Whether another round is needed; else the bound is found.</returns>
    public bool TryNarrow()
    {
        var bins = Counts;
        // Between two rounds rows come and go; each round decides by what it saw itself.
        var excess = (_lowest ?? Rows - _kept) - Below;
        var bin = 0;
        while (excess > 0 && bin < BinCount && bins[bin] <= excess) excess -= bins[bin++];
        var isAbove = bin == BinCount;
        var low = isAbove && Shift == RankBits - DigitBits ? UInt128.MaxValue : Low + ((UInt128)bin << Shift);
        var isFound = excess <= 0 || isAbove;
        if (isFound) Bound = low;
        (Low, Rows, Below) = (low, 0, 0);
        Shift -= DigitBits;
        Array.Clear(bins);
        return !isFound;
    }

    /// <summary>Leaves the bins to the next histogram.</summary>
    public void Dispose()
    {
        var bins = Interlocked.Exchange(ref _bins, []);
        if (bins.Length == 0) return;
        Array.Clear(bins);
        Idle.Return(bins);
    }
}
