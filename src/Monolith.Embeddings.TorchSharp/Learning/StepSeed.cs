namespace Monolith.Embeddings.TorchSharp.Learning;

/// <summary>The seed of a step: of the seed and the number of the step alone (SplitMix64, Steele et al. 2014).</summary>
internal static class StepSeed
{
    public static long Of(long seed, long step)
    {
        var z = unchecked((ulong)seed + ((ulong)step + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (long)((z ^ (z >> 31)) >> 1);
    }
}
