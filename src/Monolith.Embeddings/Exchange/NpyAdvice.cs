namespace Monolith.Embeddings.Exchange;

/// <summary>Says why an array of a wrong type is not read, and how NumPy makes it right without losing what it holds.</summary>
internal static class NpyAdvice
{
    private const string ToWholeNumbers = ".astype('<i8')";

    /// <summary>What is wrong with an array's type.</summary>
    /// <param name="array">The array's name.</param>
    /// <param name="type">Its type, such as <c>&lt;f8</c>.</param>
    /// <param name="wanted">The type that is read.</param>
    public static string Of(string array, string type, string wanted)
    {
        if (type.StartsWith('>')) return $"its numbers are big-endian ('{type}'); convert it by .astype('<{type[1..]}').";
        var kind = type.Length > 1 ? type[1] : ' ';
        return array switch
        {
            NpyFormat.Ids => OfIds(type, kind),
            NpyFormat.Weights => OfWeights(type, kind),
            NpyFormat.LastUpdates => OfTimes(type, kind),
            _ when IsNumber(kind) => Convert(type, wanted),
            _ => $"it is of type '{type}' and holds no whole numbers ('{wanted}').",
        };
    }

    private static string OfIds(string type, char kind) => kind switch
    {
        'i' or 'u' or 'b' => Convert(type, NpyFormat.Int64),
        'f' => $"its numbers are of type '{type}', which is exact up to 2^{ExactBits(type)} alone: greater ids were lost when it was made. "
            + $"Make it of whole numbers ('<i8' or '<u8') where they come from; {ToWholeNumbers} is right only if all ids are smaller.",
        'c' => $"its numbers are complex ('{type}') and no ids.",
        'U' => $"its ids are texts ('{type}'). {HashTexts("text.encode()")}",
        'S' => $"its ids are bytes ('{type}'). {HashTexts("text")}",
        'O' => $"it is an array of objects, which only pickle reads. {HashTexts("text.encode()")}",
        _ => $"it is of type '{type}' and holds no ids; they are whole numbers of 64 bits ('<i8' or '<u8').",
    };

    private static string OfWeights(string type, char kind) => kind switch
    {
        'f' => Convert(type, NpyFormat.Float32),
        'i' or 'u' or 'b' => $"its numbers are of type '{type}'. If they are quantized, multiply them by their scale first; "
            + "then convert it by .astype('<f4').",
        'c' => $"its numbers are complex ('{type}'), and .astype would drop their imaginary parts. "
            + "Save both side by side, by numpy.concatenate([w.real, w.imag], axis=1).astype('<f4'), for a table of twice the dimension.",
        'O' => "it is an array of objects, which only pickle reads; if all of them are numbers, convert it by .astype('<f4').",
        _ => $"it is of type '{type}' and holds no weights; they are numbers of type '<f4'.",
    };

    private static string OfTimes(string type, char kind) => kind switch
    {
        'i' or 'u' or 'f' => $"its numbers are of type '{type}'. If they are seconds since the Unix epoch, convert it by .astype('<u4'); "
            + "if they are milliseconds, by (t // 1000).astype('<u4'), or they wrap around.",
        _ => $"it is of type '{type}' and holds no seconds since the Unix epoch; "
            + "convert dates by .astype('datetime64[s]').astype('<i8').astype('<u4').",
    };

    // Strings of digits parse exactly, whatever their length.
    private static string HashTexts(string bytes) =>
        $"Hash them as FeatureId.OfText does, by numpy.array([xxhash.xxh64({bytes}).intdigest() for text in ids], '<u8'); "
        + $"if they are whole numbers, {ToWholeNumbers} keeps them.";

    private static string Convert(string type, string wanted) => $"its numbers are of type '{type}'; convert it by .astype('{wanted}').";

    private static bool IsNumber(char kind) => kind is 'i' or 'u' or 'b' or 'f';

    private static int ExactBits(string type) => type[2..] switch
    {
        "2" => 11,
        "4" => 24,
        "8" => 53,
        // Of the processor's own long format, where it has one.
        _ => 63,
    };
}
