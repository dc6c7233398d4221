using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

public class JoinKeysTests
{
    private static readonly long[] Numbers = [long.MinValue, -257, -256, -1, 0, 1, 255, 256, long.MaxValue];

    private static readonly string[] Texts =
    [
        "", "\0", "\0\0", "\0\u0001", "\u0001", "\u0001\0", "\u0002", "a", "a\0", "a\u0001", "a\u0002", "aa", "b", "z", "\u007F", "\u0080",
        "\u07FF", "\u0800", "\uD800", "\uD800\uDC00", "\uDFFF", "\uE000", "\uFFFF",
    ];

    [Test]
    public void Numbers_are_in_order() => AssertOrder(JoinKeys.Int64, Numbers, Comparer<long>.Default);

    [Test]
    public void Pairs_of_numbers_are_in_order() => AssertOrder(
        JoinKeys.Int64Pair, [.. Numbers.SelectMany(first => Numbers.Select(second => (first, second)))], Comparer<(long, long)>.Default);

    [Test]
    public void Texts_are_in_ordinal_order() => AssertOrder(JoinKeys.Text, Texts, StringComparer.Ordinal);

    [Test]
    public void Pairs_of_texts_are_in_ordinal_order() => AssertOrder(
        JoinKeys.TextPair, [.. Texts.SelectMany(first => Texts.Select(second => (first, second)))],
        Comparer<(string First, string Second)>.Create((left, right) =>
            string.CompareOrdinal(left.First, right.First) is not 0 and var order
                ? order
                : string.CompareOrdinal(left.Second, right.Second)));

    [Test]
    public void Texts_and_numbers_are_in_order() => AssertOrder(
        JoinKeys.TextAndInt64, [.. Texts.SelectMany(first => Numbers.Select(second => (first, second)))],
        Comparer<(string First, long Second)>.Create((left, right) =>
            string.CompareOrdinal(left.First, right.First) is not 0 and var order
                ? order
                : left.Second.CompareTo(right.Second)));

    [Test]
    public void Guids_are_in_their_order()
    {
        var random = new Random(1);
        var guids = Enumerable.Range(0, 100).Select(_ =>
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            return new Guid(bytes);
        });
        AssertOrder(JoinKeys.Guid, [.. guids, Guid.Empty], Comparer<Guid>.Default);
    }

    [Test]
    public void A_key_that_is_too_long_is_refused()
    {
        var destination = new byte[JoinKey<string>.MaxBytes];
        Assert.That(JoinKeys.Text.Write(new string('a', 4000), destination), Is.EqualTo(4001));
        Assert.That(() => JoinKeys.Text.Write(new string('a', 5000), destination), Throws.ArgumentException);
        Assert.That(() => JoinKeys.TextPair.Write((new string('a', 4000), new string('a', 4000)), destination), Throws.ArgumentException);
        Assert.That(() => JoinKeys.TextAndInt64.Write((new string('a', 4090), 1), destination), Throws.ArgumentException);
        Assert.That(() => JoinKeys.Text.Write(null!, destination), Throws.ArgumentNullException);
    }

    private static void AssertOrder<TKey>(JoinKey<TKey> key, TKey[] values, IComparer<TKey> comparer)
    {
        foreach (var left in values)
        {
            foreach (var right in values)
            {
                var order = BytesOf(key, left).AsSpan().SequenceCompareTo(BytesOf(key, right));
                Assert.That(Math.Sign(order), Is.EqualTo(Math.Sign(comparer.Compare(left, right))), $"{left} and {right}");
            }
        }
    }

    private static byte[] BytesOf<TKey>(JoinKey<TKey> key, TKey value)
    {
        var bytes = new byte[JoinKey<TKey>.MaxBytes];
        return bytes[..key.Write(value, bytes)];
    }
}
