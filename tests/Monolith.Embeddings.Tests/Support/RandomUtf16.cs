namespace Monolith.Embeddings.Tests.Support;

/// <summary>Texts of any UTF-16, with halves of surrogate pairs, and their bytes, written plainly.</summary>
internal static class RandomUtf16
{
    private const string Letters = "ab\u00e9\u6f22\uFFFD\uD800\uD801\uDBFF\uDC00\uDC01\uDFFF";

    public static string Text(Random random, int length) =>
        new([.. Enumerable.Range(0, length).Select(_ => Letters[random.Next(Letters.Length)])]);

    /// <summary>The number of each character in as many bytes as UTF-8 takes; a half counts as a character.</summary>
    public static byte[] Bytes(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            int number = isPair ? char.ConvertToUtf32(text[i], text[++i]) : text[i];
            if (number < 0x80) bytes.Add((byte)number);
            else if (number < 0x800) bytes.AddRange([(byte)(0xC0 | number >> 6), Next(number, 0)]);
            else if (number < 0x10000) bytes.AddRange([(byte)(0xE0 | number >> 12), Next(number, 6), Next(number, 0)]);
            else bytes.AddRange([(byte)(0xF0 | number >> 18), Next(number, 12), Next(number, 6), Next(number, 0)]);
        }
        return [.. bytes];
    }

    private static byte Next(int number, int shift) => (byte)(0x80 | number >> shift & 0x3F);
}
