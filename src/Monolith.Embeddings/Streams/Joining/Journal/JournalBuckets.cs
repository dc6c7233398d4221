namespace Monolith.Embeddings.Streams.Joining.Journal;

/// <summary>Where in a journal each bucket of time begins.</summary>
/// <param name="width">The time of a bucket, in milliseconds.</param>
internal sealed class JournalBuckets(long width)
{
    /// <summary>How many there are in the time that an entry lives.</summary>
    public const int PerLife = 32;

    private const long ShortestWidth = 1000;

    private readonly List<JournalBucket> _buckets = [];

    /// <summary>Those of entries that live for a time.</summary>
    public static JournalBuckets Of(TimeSpan life) => new(Math.Max((long)life.TotalMilliseconds / PerLife, ShortestWidth));

    /// <summary>The buckets, in order.</summary>
    public IReadOnlyList<JournalBucket> All => _buckets;

    /// <summary>Whether an entry of a time begins a bucket.</summary>
    public bool Begins(long time) => _buckets.Count == 0 || NumberOf(time) > _buckets[^1].Number;

    /// <summary>Begins a bucket.</summary>
    public void Begin(long time, long from) => _buckets.Add(new JournalBucket(NumberOf(time), from));

    /// <summary>Forgets buckets that end at or before a place.</summary>
    public void Trim(long before) => _buckets.RemoveRange(0, Math.Max(0, _buckets.FindLastIndex(bucket => bucket.From <= before)));

    /// <summary>Forgets buckets that begin at or behind a place.</summary>
    public void Truncate(long end) => _buckets.RemoveAll(bucket => bucket.From >= end);

    /// <summary>Forgets all.</summary>
    public void Clear() => _buckets.Clear();

    private long NumberOf(long time) => Math.DivRem(time, width) is var (number, rest) && rest < 0 ? number - 1 : time / width;
}
