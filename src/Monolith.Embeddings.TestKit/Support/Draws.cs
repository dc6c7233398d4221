namespace Monolith.Embeddings.TestKit.Support;

/// <summary>A sequence of pseudo-random numbers from a seed (SplitMix64, Steele, Lea and Flood 2014).</summary>
internal struct Draws(ulong seed)
{
    private ulong _state = seed;

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>Evenly in [-<paramref name="magnitude"/>, <paramref name="magnitude"/>).</summary>
    public float Within(float magnitude) => ((Next() >> 40) * (1f / (1 << 23)) - 1) * magnitude;

    public void Fill(Span<float> values, float magnitude)
    {
        foreach (ref var value in values) value = Within(magnitude);
    }
}
