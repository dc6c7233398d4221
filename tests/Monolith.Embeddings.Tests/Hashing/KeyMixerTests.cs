using System.Numerics;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Tests.Hashing;

public class KeyMixerTests
{
    [Test]
    public void Has_an_inverse_and_so_never_makes_two_ids_collide()
    {
        var random = new Random(1);
        ulong[] special = [0, 1, ulong.MaxValue, 1UL << 63, long.MaxValue];
        foreach (var key in special.Concat(
            Enumerable.Range(0, 100_000).Select(_ => unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue)))))
        {
            Assert.That(KeyUnmixer.Unmix(KeyMixer.Mix(key)), Is.EqualTo(key));
            Assert.That(KeyMixer.Mix(KeyUnmixer.Unmix(key)), Is.EqualTo(key));
            Assert.That(KeyMixer.Unmix(key), Is.EqualTo(KeyUnmixer.Unmix(key)));
        }
    }

    [Test]
    public void Draws_the_published_sequence_of_SplitMix64()
    {
        // The first outputs for seed 1234567, as published with the reference code.
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.That(Enumerable.Range(0, 5).Select(i => KeyMixer.Draw(1234567, (ulong)i)), Is.EqualTo(expected));
    }

    [Test]
    public void Every_input_bit_reaches_every_output_bit()
    {
        var random = new Random(2);
        for (var bit = 0; bit < 64; bit++)
        {
            var (always, flips) = (ulong.MaxValue, 0);
            for (var i = 0; i < 256; i++)
            {
                var key = unchecked((ulong)random.NextInt64());
                var difference = KeyMixer.Mix(key) ^ KeyMixer.Mix(key ^ (1UL << bit));
                always &= ~difference;
                flips += BitOperations.PopCount(difference);
            }
            Assert.That(always, Is.Zero, $"output bits that input bit {bit} never flips");
            Assert.That(flips / 256.0, Is.InRange(29.0, 35.0), $"bits that input bit {bit} flips");
        }
    }

    [Test]
    public void Combine_depends_on_the_order() =>
        Assert.That(KeyMixer.Combine(1, 2), Is.Not.EqualTo(KeyMixer.Combine(2, 1)));
}
