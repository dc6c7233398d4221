using System.Text;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Features;

public class FeatureIdTests
{
    [Test]
    public void A_text_is_its_UTF8_bytes_whatever_its_length()
    {
        var random = new Random(16);
        foreach (var length in Enumerable.Range(0, 200).Append(5_000).Append(100_000))
        {
            // Letters of one to three bytes, and pairs that take four.
            var text = string.Concat(Enumerable.Range(0, length).Select(_ => random.Next(5) switch
            {
                0 => "\u00e9",
                1 => "\u6f22",
                2 => "\U0001F600",
                _ => ((char)random.Next('a', 'z')).ToString(),
            }));
            Assert.That(FeatureId.OfText(text), Is.EqualTo(FeatureId.OfBytes(Encoding.UTF8.GetBytes(text))), $"length {length}");
        }
    }

    [Test]
    public void Texts_that_differ_in_half_a_surrogate_pair_have_ids_of_their_own()
    {
        var texts = Enumerable.Range(0xD800, 0x800).Select(half => $"a{(char)half}b").Append("a\uFFFDb").ToArray();
        Assert.That(texts.Select(text => FeatureId.OfText(text)), Is.Unique);
    }

    [Test]
    public void Any_text_has_the_id_of_its_bytes_and_no_two_texts_have_one([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var ids = new Dictionary<long, string>();
        for (var i = 0; i < 20_000; i++)
        {
            var text = RandomUtf16.Text(random, length: random.Next(random.Next(10) == 0 ? 200 : 8));
            var id = FeatureId.OfText(text);
            Assert.That(id, Is.EqualTo(FeatureId.OfBytes(RandomUtf16.Bytes(text))));
            Assert.That(ids.TryAdd(id, text) || ids[id] == text, Is.True);
        }
    }

    [Test]
    public void A_known_text_has_the_published_hash() =>
        Assert.That((FeatureId.OfText(""), FeatureId.OfText("abc")), Is.EqualTo((unchecked((long)0xEF46DB3751D8E999), 0x44BC2CF5AD770999)));

    [Test]
    public void A_short_or_a_long_text_allocates_nothing([Values(10, 5000)] int length)
    {
        var text = new string('x', length);
        FeatureId.OfText(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++) FeatureId.OfText(text);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [TestCase(0, 0L)]
    [TestCase(32767, 281474976710655L)]
    [TestCase(1, 0L)]
    [TestCase(0, 281474976710655L)]
    [TestCase(12345, 6789L)]
    public void A_packed_id_gives_back_what_it_was_made_of(int slot, long value)
    {
        var id = FeatureId.Of(slot, value);
        Assert.That((id >= 0, FeatureId.Slot(id), FeatureId.Value(id)), Is.EqualTo((true, slot, value)));
    }

    [TestCase(-1, 0L)]
    [TestCase(32768, 0L)]
    [TestCase(0, -1L)]
    [TestCase(0, 281474976710656L)]
    public void What_does_not_fit_is_refused(int slot, long value) =>
        Assert.That(() => FeatureId.Of(slot, value), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("holds"));

    [Test]
    public void An_id_with_bit_63_is_not_a_packed_one()
    {
        Assert.That(() => FeatureId.Slot(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FeatureId.Value(long.MinValue), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
