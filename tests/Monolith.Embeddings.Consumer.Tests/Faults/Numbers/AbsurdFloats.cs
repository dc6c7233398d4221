namespace Monolith.Embeddings.Consumer.Tests.Faults.Numbers;

/// <summary>Numbers that no sane program sends, and each of which some program sent.</summary>
internal static class AbsurdFloats
{
    /// <summary>Both signs of every power of ten that a float has, the ends of its ranges, and both zeros.</summary>
    public static float[] Finite { get; } =
    [
        .. Enumerable.Range(-45, 84).Select(power => float.Parse($"1e{power}", System.Globalization.CultureInfo.InvariantCulture))
            .SelectMany(Both),
        .. Both(float.MaxValue), .. Both(float.Epsilon), .. Both(1.17549435e-38f), .. Both(1.17549421e-38f), .. Both(3e38f), .. Both(65504),
        .. Both(65520), .. Both(1.8446743e19f), 0f, -0f,
    ];

    /// <summary>The same, and what is no number.</summary>
    public static float[] All { get; } = [.. Finite, float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity,
        BitConverter.Int32BitsToSingle(0x7F800001)];

    /// <summary>Whether all of them are finite.</summary>
    public static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            if (!float.IsFinite(value)) return false;
        return true;
    }

    /// <summary>The bits, so that zeros of both signs differ and a test can name what it saw.</summary>
    public static string Bits(ReadOnlySpan<float> values)
    {
        var text = new System.Text.StringBuilder();
        foreach (var value in values) text.Append(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)).Append('/')
            .Append(BitConverter.SingleToUInt32Bits(value).ToString("X8", null)).Append(' ');
        return text.ToString();
    }

    private static float[] Both(float value) => [value, -value];
}
