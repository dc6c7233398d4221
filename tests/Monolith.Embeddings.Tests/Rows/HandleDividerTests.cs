using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tests.Rows;

public class HandleDividerTests
{
    [Test]
    public void Equals_division()
    {
        var random = new Random(1);
        int[] divisors = [1, 2, 3, 5, 7, 8, 127, 128, 14563, 16384, 87381, (1 << 24) - 1, 1 << 24, (1 << 30) - 1, 1 << 30,
            .. Enumerable.Range(0, 200).Select(_ => random.Next(1, 1 << random.Next(1, 30)) + 1)];
        foreach (var divisor in divisors)
        {
            var divider = new HandleDivider(divisor);
            var multiples = Enumerable.Range(0, 20).Select(i => (int)Math.Min((long)i * divisor, (1 << 30) - 1));
            int[] handles = [0, 1, (1 << 30) - 1, .. multiples, .. multiples.Select(m => Math.Max(0, m - 1)),
                .. Enumerable.Range(0, 200).Select(_ => random.Next(1 << 30))];
            foreach (var handle in handles)
                Assert.That(divider.Divide(handle), Is.EqualTo((handle / divisor, handle % divisor)), $"{handle} / {divisor}");
        }
    }
}
