namespace Monolith.Embeddings.Consumer.Tests.OwnModels;

/// <summary>Where the weights of a <see cref="StepAttention"/> stand: one bias, one a place, one a step value, one an element.</summary>
internal readonly record struct StepAttentionWeights(int MaxLength, int StepValues, int Dimension)
{
    public int Count => 1 + MaxLength + StepValues + Dimension;

    public Span<float> Positions(float[] weights) => weights.AsSpan(1, MaxLength);

    public Span<float> Values(float[] weights) => weights.AsSpan(1 + MaxLength, StepValues);

    public Span<float> Query(float[] weights) => weights.AsSpan(1 + MaxLength + StepValues, Dimension);

    // A query of zeros would never learn from vectors that it gives no gradient.
    public void Begin(float[] weights)
    {
        var query = Query(weights);
        for (var i = 0; i < query.Length; i++) query[i] = i % 2 == 0 ? 0.5f : -0.5f;
    }
}
