namespace Monolith.Embeddings.Features;

/// <summary>
/// How the rows of one slot's ids become the model's input. With e the rows and u the id weights (1 where none are given); an empty bag
/// is zeros, and an id without a row counts with zeros.
/// </summary>
public enum Pooling
{
    /// <summary>sum(u e).</summary>
    Sum,

    /// <summary>sum(u e) / sum(u); zeros where sum(u) is 0.</summary>
    Mean,

    /// <summary>sum(u e) / sqrt(sum(u^2)); zeros where that is 0.</summary>
    SqrtN,

    /// <summary>The largest u e, element by element; the first of equals receives the gradient.</summary>
    Max,

    /// <summary>The first n rows u e side by side, padded with zeros to n rows; n is the slot's <c>maxIds</c>.</summary>
    FirstN,

    /// <summary>
    /// A sequence: the rows u e as they are, in a block of their own for each segment, [rows, n, dimension], with lengths; n is the slot's
    /// <c>maxIds</c>. For models that <see cref="Models.OnlineModel.SupportsSequences"/>. <see cref="FeatureSchemaBuilder.Sequence"/> says
    /// more of it: the order of its steps, and dense values beside their ids.
    /// </summary>
    None,
}
