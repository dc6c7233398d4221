using System.IO.Hashing;
using Monolith.Embeddings.Consumer.Tests.Faults.Texts;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Files;

/// <summary>Texts of any characters and lengths become the ids that the documents promise, and no two of them the same.</summary>
[TestFixture]
public sealed class HostileTextTests
{
    [Test]
    public void TheIdOfAnyTextIsTheHashOfItsBytes()
    {
        var random = new Random(12);
        var (schema, slot) = Schema();
        var lengths = new[] { 0, 1, 2, 3, 7, 31, 32, 33, 63, 64, 127, 128, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 4095, 4096, 4097,
            65_535, 65_536, 65_537 };
        var tried = 0;
        foreach (var length in lengths)
            for (var round = 0; round < (length < 2000 ? 60 : 6); round++)
            {
                var text = OddTexts.Random(random, length);
                var right = (long)XxHash64.HashToUInt64(Wtf8(text));
                var what = $"seed 12, length {length}, round {round}";
                tried++;
                Assert.That(FeatureId.OfText(text), Is.EqualTo(right), what);
                var batch = new ExampleBatch(schema);
                batch.BeginExample().Text(slot, text);
                batch.EndRow();
                Assert.That(batch.Ids(slot)[0], Is.EqualTo(right), what);
            }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void EveryCodeUnitAndEveryPairHasAnIdOfItsOwn()
    {
        var ids = new HashSet<long>();
        var tried = 0;
        for (var c = 0; c <= char.MaxValue; c++, tried++)
            if (!ids.Add(FeatureId.OfText([(char)c]))) Assert.Fail($"U+{c:X4}");
        for (var c = 0x10000; c <= 0x10FFFF; c++, tried++)
            if (!ids.Add(FeatureId.OfText(char.ConvertFromUtf32(c)))) Assert.Fail($"U+{c:X}");
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void TextsThatLookAlikeHaveIdsOfTheirOwn()
    {
        string[] alike =
        [
            "é", "e\u0301", "É", "Ａ", "A", "Α", "А", "a", "\uFEFFa", "a\uFEFF", "a\0", "\0a", "a\0\0", "", "\0", "\0\0", " a", "a ",
            "a\u00A0", "a\t", "a\r\n", "a\n", "ß", "ss", "ẞ", "SS", "ﬁ", "fi", "Å", "Å", "A\u030A", "가", "\u1100\u1161", "ı", "i", "I", "İ",
            "i\u0307",
            "\uD800", "\uDC00", "\uD800\uDC00", "\uDC00\uD800", "\uD800\uD800\uDC00", "\uD800\uDC00\uDC00", "\uFFFD", "\uFFFE", "\uFFFF",
            "a\u200Bb", "ab", "a\u00ADb", "\u202Eab", "ba", "١", "1", "１", "😀", "😀\uFE0F", "👨\u200D👩", "👨👩", "\uD83D", "\uDE00",
        ];
        Assert.That(alike.Select(t => FeatureId.OfText(t)).Distinct().Count(), Is.EqualTo(alike.Distinct(StringComparer.Ordinal).Count()));
        TestContext.Out.WriteLine($"tried {alike.Length}");
    }

    [Test]
    public void ATextOfMillionsOfCharactersHasTheIdOfItsBytes()
    {
        foreach (var part in new[] { "a", "é", "漢", "😀", "\uD800", "\0" })
        {
            var text = string.Concat(Enumerable.Repeat(part, 3_000_001));
            Assert.That(FeatureId.OfText(text), Is.EqualTo((long)XxHash64.HashToUInt64(Wtf8(text))), part);
        }
        TestContext.Out.WriteLine("tried 6");
    }

    // Half a surrogate pair is the three bytes of its number.
    private static byte[] Wtf8(string text)
    {
        var bytes = new List<byte>(text.Length * 3);
        for (var i = 0; i < text.Length; i++)
        {
            int c = text[i];
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                c = char.ConvertToUtf32(text[i], text[++i]);
            if (c < 0x80) bytes.Add((byte)c);
            else if (c < 0x800) bytes.AddRange([(byte)(0xC0 | c >> 6), (byte)(0x80 | c & 63)]);
            else if (c < 0x10000) bytes.AddRange([(byte)(0xE0 | c >> 12), (byte)(0x80 | c >> 6 & 63), (byte)(0x80 | c & 63)]);
            else bytes.AddRange([(byte)(0xF0 | c >> 18), (byte)(0x80 | c >> 12 & 63), (byte)(0x80 | c >> 6 & 63), (byte)(0x80 | c & 63)]);
        }
        return [.. bytes];
    }

    private static (FeatureSchema, FeatureSlot) Schema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("t", r => r.Bias(new Optimizers.SgdOptions()));
        var slot = f.Slot("s", "t");
        f.Task("click");
        return (f.Build(), slot);
    }
}
