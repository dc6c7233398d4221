namespace Monolith.Embeddings.Tables;

/// <summary>What becomes of a gradient that holds NaN or an infinity.</summary>
public enum NonFiniteGradients
{
    /// <summary>That id's gradient is skipped and counted; the rest of the batch is applied.</summary>
    Skip,

    /// <summary>The call throws before anything changed.</summary>
    Throw,
}
