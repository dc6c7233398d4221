namespace Monolith.Embeddings.Tests.Support;

/// <summary>Floats of many magnitudes, among them zeros of both signs and subnormal numbers.</summary>
internal static class RandomFloats
{
    public static float[] Draw(Random random, int count, bool isPositive = false)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            var value = random.Next(10) switch
            {
                0 => 0f,
                1 => float.Epsilon * random.Next(1, 1000),
                2 => random.NextSingle() * 1e6f,
                3 => random.NextSingle() * 1e-6f,
                _ => random.NextSingle(),
            };
            values[i] = isPositive || random.Next(2) == 0 ? value : -value;
        }
        return values;
    }
}
