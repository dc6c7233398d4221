namespace Monolith.Embeddings.Models.Graph;

/// <summary>What a row of a layer's weights is multiplied by.</summary>
internal enum WeightSource
{
    /// <summary>An element of the vectors.</summary>
    Vectors,

    /// <summary>A dense feature.</summary>
    Dense,

    /// <summary>An output of the layer before.</summary>
    LayerBefore,

    /// <summary>The number 1.</summary>
    Bias,
}
