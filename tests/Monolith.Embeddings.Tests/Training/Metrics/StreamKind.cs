namespace Monolith.Embeddings.Tests.Training.Metrics;

/// <summary>How the logits of a <see cref="ScoredStream"/> lie.</summary>
public enum StreamKind
{
    /// <summary>As those of a recommender.</summary>
    Wide,

    /// <summary>All within a 1,024th.</summary>
    OneBin,

    /// <summary>The same, and each positive above all negatives.</summary>
    OneBinInOrder,

    /// <summary>The same, and each positive below all negatives.</summary>
    OneBinReversed,

    /// <summary>At multiples of a 1,024th, and just beside them.</summary>
    Edges,

    /// <summary>Beyond what a histogram tells apart.</summary>
    Beyond,

    /// <summary>In five places.</summary>
    Clusters,

    /// <summary>One positive of a hundred, whatever the logit.</summary>
    Rare,

    /// <summary>All equal.</summary>
    Equal,
}
