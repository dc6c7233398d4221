namespace Monolith.Embeddings.Tests.Hashing;

/// <summary>The inverse of the library's key mixer: makes ids that have any mixed bits one likes.</summary>
internal static class KeyUnmixer
{
    public static ulong Unmix(ulong mixed)
    {
        var key = Unshift(mixed, 31) * Inverse(0x94D049BB133111EB);
        key = Unshift(key, 27) * Inverse(0xBF58476D1CE4E5B9);
        return Unshift(key, 30);
    }

    /// <summary>The id whose mixed form is given.</summary>
    public static long Id(ulong mixed) => unchecked((long)Unmix(mixed));

    private static ulong Unshift(ulong value, int shift)
    {
        var result = value;
        for (var i = shift; i < 64; i += shift) result = value ^ (result >> shift);
        return result;
    }

    // Newton's iteration doubles the number of right bits; an odd number is its own inverse in the lowest three.
    private static ulong Inverse(ulong odd)
    {
        var inverse = odd;
        for (var i = 0; i < 5; i++) inverse *= 2 - odd * inverse;
        return inverse;
    }
}
