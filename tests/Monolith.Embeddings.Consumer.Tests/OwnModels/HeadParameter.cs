using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Consumer.Tests.OwnModels;

/// <summary>The weights of the heads, [tasks, 1 + dense features].</summary>
internal sealed class HeadParameter(int tasks, int inputs) : DenseParameter("heads", tasks, inputs)
{
    public float[] Weights { get; } = new float[tasks * inputs];

    public override void Read(Span<float> destination)
    {
        if (destination.Length != Length) throw new ArgumentException($"{Length} weights need as much room.", nameof(destination));
        Weights.CopyTo(destination);
    }

    public override void Write(ReadOnlySpan<float> source)
    {
        if (source.Length != Length) throw new ArgumentException($"{Length} weights are needed.", nameof(source));
        foreach (var weight in source)
        {
            if (!float.IsFinite(weight)) throw new ArgumentException("A weight is no number.", nameof(source));
        }
        source.CopyTo(Weights);
    }
}
