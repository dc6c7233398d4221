namespace Monolith.Embeddings.Consumer.Tests.Faults.Texts;

/// <summary>Texts that are seldom tested with: halves of pairs, controls, marks, characters beyond 16 bits.</summary>
internal static class OddTexts
{
    /// <summary>Any 16-bit units, of a mixture that makes every case likely.</summary>
    public static string Random(Random random, int length)
    {
        var text = new char[length];
        var mixture = random.Next(5);
        for (var i = 0; i < length; i++)
        {
            text[i] = (mixture == 4 ? random.Next(4) : mixture) switch
            {
                0 => (char)random.Next(0x80),
                1 => (char)random.Next(0x800),
                2 => (char)random.Next(0xD700, 0xE100),
                _ => (char)random.Next(0x10000),
            };
        }
        return new string(text);
    }
}
