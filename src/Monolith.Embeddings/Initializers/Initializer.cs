namespace Monolith.Embeddings.Initializers;

/// <summary>
/// The first values of a row. They depend on (seed, table name, segment name, id, element) alone: the same on every machine, thread and
/// stripe count. A row that begins with given values, such as those of a <see cref="Features.FeatureSlot.BornFrom"/>, is the exception:
/// initializers are not asked for it.
/// </summary>
/// <remarks>
/// One instance serves a segment of a table on all threads: it must be immutable. It runs while the row's stripe is locked, so it must
/// be quick, must not block, and must not call the table.
/// </remarks>
public abstract class Initializer
{
    /// <summary>The name in files and messages, such as <c>uniform</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Sets the weights of a new row.</summary>
    /// <param name="key">64 random bits that are a function of (seed, table name, segment name, id).</param>
    /// <param name="weights">To be set, [dimension]; holds anything before.</param>
    public abstract void Initialize(ulong key, Span<float> weights);
}
