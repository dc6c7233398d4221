namespace Monolith.Embeddings.Features;

/// <summary>What blocks hold.</summary>
public enum BlockUse
{
    /// <summary>A model's input: embeddings, dense features, lengths of sequences.</summary>
    Input,

    /// <summary>The gradient of the embeddings in an input. Dense features have none.</summary>
    Gradient,
}
