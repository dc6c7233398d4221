namespace Monolith.Embeddings.Features;

/// <summary>What blocks hold.</summary>
public enum BlockUse
{
    /// <summary>A model's input: embeddings, dense features, step values and lengths of sequences.</summary>
    Input,

    /// <summary>The gradient of the embeddings in an input. Dense features and step values have none.</summary>
    Gradient,
}
