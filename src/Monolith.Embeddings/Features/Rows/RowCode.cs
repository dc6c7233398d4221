namespace Monolith.Embeddings.Features.Rows;

/// <summary>
/// Two bits for each task and each slot of a row: what its bytes have of it. A slot of one id needs no count, and a label of 0, 1 or none
/// no float.
/// </summary>
internal static class RowCode
{
    public const int PerByte = 4;

    /// <summary>A slot without ids.</summary>
    public const int NoIds = 0;

    /// <summary>One id, which weighs 1.</summary>
    public const int OneId = 1;

    /// <summary>A count, and as many ids, which weigh 1.</summary>
    public const int Ids = 2;

    /// <summary>A count, as many ids, and as many weights.</summary>
    public const int WeightedIds = 3;

    /// <summary>A label that was not observed.</summary>
    public const int NoLabel = 0;

    /// <summary>A label of 0.</summary>
    public const int Negative = 1;

    /// <summary>A label of 1.</summary>
    public const int Positive = 2;

    /// <summary>A label of its own, which follows.</summary>
    public const int AnyLabel = 3;

    public static int BytesOf(int codes) => (codes + PerByte - 1) / PerByte;

    public static int Get(ReadOnlySpan<byte> codes, int index) => (codes[index / PerByte] >> Shift(index)) & 3;

    public static void Set(Span<byte> codes, int index, int code) => codes[index / PerByte] |= (byte)(code << Shift(index));

    // Bits are compared: a label of minus zero, or another NaN, comes back as it was.
    public static int OfLabel(float label) => BitConverter.SingleToUInt32Bits(label) switch
    {
        0xFFC00000 => NoLabel,
        0 => Negative,
        0x3F800000 => Positive,
        _ => AnyLabel,
    };

    private static int Shift(int index) => 2 * (index % PerByte);
}
