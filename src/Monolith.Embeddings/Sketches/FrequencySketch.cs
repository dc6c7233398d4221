using System.Diagnostics;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Sketches;

/// <summary>
/// How often ids occur in a stream, in fixed memory: a count-min sketch over 64-bit ids (Cormode and Muthukrishnan 2005) with conservative
/// update (Estan and Varghese 2002). What the correction of sampled softmax takes its ln Q from.
/// </summary>
/// <remarks>
/// An estimate is never below the true count, and above it by at most e N / width with the probability 1 - e^-depth over seeds. With
/// <see cref="FrequencySketchOptions.HalveEvery"/>, the true count is one that is halved and rounded down at the same moments. All 64-bit
/// ids are legal. The same occurrences in the same order give the same bits, however they are cut into batches. Not thread-safe; several
/// threads may estimate while none adds. Nothing is allocated but by <see cref="Save"/>.
/// </remarks>
/// <example>
/// <code>
/// // Within a ten-thousandth of the total, but once in a thousand ids; half as much is remembered after a million more.
/// var options = FrequencySketchOptions.Within(epsilon: 1e-4, delta: 1e-3);
/// options.HalveEvery = 1_000_000;
/// var sketch = new FrequencySketch(options);
///
/// sketch.Add(itemIds);
/// sketch.EstimateLogQ(itemIds, logQ);
/// </code>
/// </example>
[DebuggerDisplay("{Total} occurrences in {Depth} rows of {Width}")]
public sealed class FrequencySketch
{
    private readonly FrequencySketchOptions _options;
    private readonly ulong[] _keys;
    private readonly long[] _counters;
    private long _untilHalving;

    /// <summary>Creates an empty sketch.</summary>
    /// <param name="options">Its size; the defaults where null. Copied.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public FrequencySketch(FrequencySketchOptions? options = null)
    {
        OptionErrors.ThrowIfInvalid(options ??= new());
        _options = options.Copy();
        _keys = [.. Enumerable.Range(0, options.Depth).Select(row => KeyMixer.Draw(options.Seed, (ulong)row))];
        _counters = new long[options.Width * options.Depth];
        _untilHalving = options.HalveEvery ?? long.MaxValue;
    }

    /// <summary>Counters a row.</summary>
    public int Width => _options.Width;

    /// <summary>Rows.</summary>
    public int Depth => _options.Depth;

    /// <summary>How many occurrences were counted; halved with the counts, and rounded down.</summary>
    public long Total { get; private set; }

    /// <summary>Counts one occurrence of each id.</summary>
    /// <param name="ids">Any ids, [n].</param>
    public void Add(ReadOnlySpan<long> ids)
    {
        foreach (var id in ids) AddOne(id);
    }

    /// <summary>Estimates how often each id occurred.</summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="counts">Receives the counts, [n].</param>
    /// <exception cref="ArgumentException">The lengths differ; nothing was written.</exception>
    public void Estimate(ReadOnlySpan<long> ids, Span<long> counts)
    {
        RequireSame(ids.Length, counts.Length);
        for (var i = 0; i < ids.Length; i++) counts[i] = Estimate(ids[i]);
    }

    /// <summary>
    /// Estimates the natural logarithm of each id's share of all occurrences, ln(count / total). An id that was not counted has the share
    /// of one that was counted once; so add a batch before it is asked about.
    /// </summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="logQ">Receives the logarithms, [n], at most 0.</param>
    /// <exception cref="ArgumentException">The lengths differ; nothing was written.</exception>
    public void EstimateLogQ(ReadOnlySpan<long> ids, Span<float> logQ)
    {
        RequireSame(ids.Length, logQ.Length);
        var total = ExactMath.Log(Math.Max(1, Total));
        for (var i = 0; i < ids.Length; i++) logQ[i] = (float)Math.Min(0, ExactMath.Log(Math.Max(1, Estimate(ids[i]))) - total);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counters);
        (Total, _untilHalving) = (0, _options.HalveEvery ?? long.MaxValue);
    }

    /// <summary>
    /// The sketch as bytes, with a version and a checksum, for a section of a model (<c>ModelSections</c>) or of a source's state
    /// (<c>SourceState</c>): so it is saved with commits.
    /// </summary>
    public byte[] Save() => SketchBytes.Write(_options, Total, _untilHalving, _counters);

    /// <summary>Takes what <see cref="Save"/> gave, of a sketch with the same options, exactly.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="InvalidDataException">They are damaged, or of a sketch with other options; this one is unchanged.</exception>
    public void Load(ReadOnlySpan<byte> bytes)
    {
        // Read aside: what is damaged behind its beginning must not be there by halves.
        var counters = new long[_counters.Length];
        (Total, _untilHalving) = SketchBytes.Read(bytes, _options, counters);
        counters.CopyTo(_counters, 0);
    }

    private void AddOne(long id)
    {
        // Only the least counters go up: the others are above the count of this id already.
        var count = Estimate(id) + 1;
        for (var row = 0; row < _keys.Length; row++)
        {
            ref var counter = ref _counters[PlaceOf(id, row)];
            counter = Math.Max(counter, count);
        }
        Total++;
        if (--_untilHalving == 0) Halve();
    }

    /// <summary>Estimates how often an id occurred.</summary>
    internal long Estimate(long id)
    {
        var least = long.MaxValue;
        for (var row = 0; row < _keys.Length; row++) least = Math.Min(least, _counters[PlaceOf(id, row)]);
        return least;
    }

    private int PlaceOf(long id, int row) =>
        row * Width + (int)Math.BigMul(KeyMixer.Mix(_keys[row] ^ (ulong)id), (ulong)Width, out _);

    private void Halve()
    {
        foreach (ref var counter in _counters.AsSpan()) counter >>= 1;
        Total >>= 1;
        _untilHalving = _options.HalveEvery ?? long.MaxValue;
    }

    private static void RequireSame(int ids, int results)
    {
        if (ids != results) throw new ArgumentException($"{ids} ids need room for {ids} results; there is room for {results}.");
    }
}
