using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Datasets.Synthetic;

/// <summary>
/// Random numbers by name instead of by turn: the n-th number of a thing is a function of the seed, the thing and n, the same bits on every
/// machine.
/// </summary>
internal readonly struct SyntheticDraws(ulong key)
{
    private const double Unit = 1.0 / (1UL << 53);
    private const double HalfWord = 1.0 / (1UL << 16);

    /// <summary>The draws of a thing that belongs to this one.</summary>
    public SyntheticDraws Of(long thing) => new(KeyMixer.Combine(key, (ulong)thing));

    /// <summary>Evenly from [0, 1).</summary>
    public double Uniform(int n) => (KeyMixer.Draw(key, (ulong)n) >> 11) * Unit;

    /// <summary>Evenly from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int n, int count) => (int)(Uniform(n) * count);

    /// <summary>
    /// Mean 0, variance 1, nearly normal: four uniform numbers added (Irwin and Hall), within +-3.47. Needs no logarithm and no cosine.
    /// </summary>
    public double Normal(int n)
    {
        var bits = KeyMixer.Draw(key, (ulong)n);
        var sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
        return ((sum + 2) * HalfWord - 2) * Math.Sqrt(3);
    }
}
