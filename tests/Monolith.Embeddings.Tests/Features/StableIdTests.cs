using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Tests.Hashing;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Features;

/// <summary>Ids stand in stored models: those of a million texts stay what they were at the first release.</summary>
public class StableIdTests
{
    private const int Texts = 1_000_000;
    private const int LongestText = 64;
    private const int CheckedEvery = 8;

    // Joined by the library when it still had an XXH64 of its own.
    private const ulong JoinedAtFirst = 6813924580684063838;

    [Test]
    public void A_million_texts_have_the_ids_of_the_first_release_and_of_the_specification()
    {
        var (joined, wrong) = (0UL, 0);
        var units = new char[LongestText];
        for (var i = 0; i < Texts; i++)
        {
            var text = Text((ulong)i, units);
            var id = (ulong)FeatureId.OfText(text);
            if (i % CheckedEvery == 0 && id != NaiveXxHash64.Hash(RandomUtf16.Bytes(text.ToString()), seed: 0)) wrong++;
            joined = KeyMixer.Combine(joined, id);
        }
        Assert.That((wrong, joined), Is.EqualTo((0, JoinedAtFirst)));
    }

    // Units of one, two and three bytes in UTF-8, and any: whole surrogate pairs are rare among these, halves are not.
    private static ReadOnlySpan<char> Text(ulong number, char[] units)
    {
        var length = (int)(KeyMixer.Draw(number, 0) % (LongestText + 1));
        for (var i = 0; i < length; i++)
        {
            var draw = KeyMixer.Draw(number, (ulong)i + 1);
            units[i] = (number % 4) switch
            {
                0 => (char)('a' + draw % 26),
                1 => (char)(0xC0 + draw % 0x140),
                2 => (char)(0x4E00 + draw % 0x5000),
                _ => (char)draw,
            };
        }
        return units.AsSpan(0, length);
    }
}
