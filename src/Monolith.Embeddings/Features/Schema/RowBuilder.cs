using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Features;

/// <summary>Describes the segments of a table's rows, in order.</summary>
/// <example>
/// <code>
/// f.Table("words", row =&gt; row
///     .Bias(new FtrlOptions { L1 = 0.001f })
///     .Vector(16, new AdagradOptions(), new UniformInitializerOptions { Minimum = -0.01f, Maximum = 0.01f }));
/// </code>
/// </example>
public sealed class RowBuilder
{
    /// <summary>The name of the segment that <see cref="Bias"/> adds: <c>bias</c>.</summary>
    public const string BiasName = "bias";

    /// <summary>The name of the segment that <see cref="Vector"/> adds: <c>vector</c>.</summary>
    public const string VectorName = "vector";

    private readonly EmbeddingTableOptions _table;

    internal RowBuilder(EmbeddingTableOptions table) => _table = table;

    /// <summary>Adds one weight, the linear part of a model; of a model with several heads one that they share, or one for each.</summary>
    /// <param name="optimizer">How it learns.</param>
    /// <param name="initializer">Its first value; zero where null.</param>
    /// <param name="heads">
    /// 1, the default, for a weight that all tasks of a model share. Or as many as the model has heads: one a learned task, in the schema's
    /// order, then one for each of them with <see cref="FeedbackCorrection.DelayModel"/>. Ids that are good for one task and not for
    /// another need their own.
    /// </param>
    public RowBuilder Bias(OptimizerOptions optimizer, InitializerOptions? initializer = null, int heads = 1) =>
        Segment(BiasName, heads, optimizer, initializer ?? new ConstantInitializerOptions());

    /// <summary>Adds an embedding vector.</summary>
    /// <param name="dimension">How many weights, at least 1.</param>
    /// <param name="optimizer">How they learn.</param>
    /// <param name="initializer">Their first values; <see cref="UniformInitializerOptions"/> with its defaults where null.</param>
    public RowBuilder Vector(int dimension, OptimizerOptions optimizer, InitializerOptions? initializer = null) =>
        Segment(VectorName, dimension, optimizer, initializer ?? new UniformInitializerOptions());

    /// <summary>Adds a segment of any name.</summary>
    /// <param name="name">Unique in the row; segments of one name in several tables form one input of the model.</param>
    /// <param name="dimension">How many weights, at least 1.</param>
    /// <param name="optimizer">How they learn.</param>
    /// <param name="initializer">Their first values.</param>
    public RowBuilder Segment(string name, int dimension, OptimizerOptions optimizer, InitializerOptions initializer)
    {
        _table.Segments.Add(new SegmentOptions { Name = name, Dimension = dimension, Optimizer = optimizer, Initializer = initializer });
        return this;
    }
}
