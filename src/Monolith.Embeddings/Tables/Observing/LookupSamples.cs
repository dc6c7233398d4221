using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables.Observing;

/// <summary>
/// The newest lookups of a stripe's sampled ids. One id in <see cref="Rate"/> is sampled, by its hash, and then all its lookups are: what
/// is counted among them, times the rate, is an unbiased estimate of the same count among all (Waldspurger et al. 2015). The stripe's lock
/// covers it.
/// </summary>
internal sealed class LookupSamples(int capacity, MemoryAccount account) : IDisposable
{
    public const int Rate = 1024;

    // Between the bits that choose the stripe, from 63 down, and those that choose the bucket, up to 31: sampled ids are spread over both.
    private const ulong Mask = (Rate - 1UL) << 44;

    private readonly NativeRing<LookupSample> _samples = new(capacity, account);
    private long _start;

    public long Bytes => _samples.Bytes;

    public int Count => _samples.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSampled(ulong hash) => (hash & Mask) == 0;

    /// <summary>The id of a sample, the newest first.</summary>
    public long this[int age] => _samples[age].Id;

    /// <summary>How many lookups the samples stand for.</summary>
    /// <param name="lookedUp">How many ids lookups have asked the stripe for.</param>
    public long Lookups(long lookedUp) => lookedUp - _start;

    public void Add(long id, long lookedUp)
    {
        if (_samples.IsFull) _start = _samples[_samples.Count - 1].LookedUp;
        _samples.Add(new LookupSample(id, lookedUp));
    }

    /// <summary>Drops the samples of an id; what they stood for is still counted.</summary>
    public void Forget(long id) => _samples.RemoveAll(sample => sample.Id == id);

    public void Dispose() => _samples.Dispose();
}
