using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Sketches;

/// <summary>
/// How large a <see cref="FrequencySketch"/> is, and what it forgets. A count is never below the true one, and above it by at most e N /
/// <see cref="Width"/> with the probability 1 - e^-<see cref="Depth"/>, where N is the total of all counts (Cormode and Muthukrishnan
/// 2005).
/// </summary>
public sealed class FrequencySketchOptions : IValidatedOptions
{
    /// <summary>The most counters that a sketch has: 2^27, which are a GiB.</summary>
    public const long MaxCounters = 1 << 27;

    /// <summary>The most rows: 32.</summary>
    public const int MaxDepth = 32;

    /// <summary>Counters a row, at least 1. Default 65,536.</summary>
    public int Width { get; set; } = 65536;

    /// <summary>
    /// Rows, 1 to <see cref="MaxDepth"/>; <see cref="Width"/> times this is at most <see cref="MaxCounters"/>. Default 4.
    /// </summary>
    public int Depth { get; set; } = 4;

    /// <summary>Chooses the hash functions. Default 0. Ids of other people's choice need a seed that they do not know.</summary>
    public ulong Seed { get; set; }

    /// <summary>
    /// After how many occurrences all counts are halved (rounded down), at least 1: so that the sketch follows a drift, and remembers about
    /// twice as many. By the number of occurrences alone, so that it does not depend on how they are cut into batches. Null (the default)
    /// forgets nothing. A halving takes as long as going through all counters.
    /// </summary>
    public long? HalveEvery { get; set; }

    /// <summary>Options of a sketch that is above a true count by at most a share of the total, but with a small probability.</summary>
    /// <param name="epsilon">The share, more than 0 and less than 1: <see cref="Width"/> is e / epsilon, rounded up.</param>
    /// <param name="delta">The probability, more than 0 and less than 1: <see cref="Depth"/> is ln(1 / delta), rounded up.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside, or the sketch would be too large.</exception>
    public static FrequencySketchOptions Within(double epsilon, double delta)
    {
        if (!(epsilon > 0 && epsilon < 1)) throw OutOfRange.Of(nameof(epsilon), epsilon, "The share is more than 0 and less than 1.");
        if (!(delta > 0 && delta < 1)) throw OutOfRange.Of(nameof(delta), delta, "The probability is more than 0 and less than 1.");
        var (width, depth) = (Math.Ceiling(Math.E / epsilon), Math.Ceiling(ExactMath.Log(Math.Min(1 / delta, 1e300))));
        if (depth > MaxDepth) throw OutOfRange.Of(nameof(delta), delta, $"It takes {depth:R} rows; a sketch has at most {MaxDepth}.");
        if (width * depth > MaxCounters)
            throw OutOfRange.Of(nameof(epsilon), epsilon, $"It takes {width * depth:R} counters; a sketch has at most {MaxCounters}.");
        return new() { Width = (int)width, Depth = (int)depth };
    }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(Width), Width, 1);
        errors.InRange(nameof(Depth), Depth, 1, MaxDepth);
        errors.Require((long)Width * Depth <= MaxCounters, nameof(Width),
            $"{Width} counters in each of {Depth} rows are more than {MaxCounters}.");
        errors.InRange(nameof(HalveEvery), HalveEvery ?? 1, 1);
    }

    internal FrequencySketchOptions Copy() => (FrequencySketchOptions)MemberwiseClone();
}
