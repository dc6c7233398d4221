namespace BeforeAfter.Contract;

/// <summary>A table of one version of the core. One thread at a time.</summary>
public interface ITableDriver : IDisposable
{
    /// <summary>Sets rows.</summary>
    /// <param name="ids">The ids, [n].</param>
    /// <param name="values">Their weights, [n, dimension].</param>
    void Assign(ReadOnlySpan<long> ids, ReadOnlySpan<float> values);

    /// <summary>Reads rows.</summary>
    /// <param name="ids">The ids, [n].</param>
    /// <param name="output">Receives the weights, [n, dimension].</param>
    /// <returns>How many of the ids have a row.</returns>
    int Lookup(ReadOnlySpan<long> ids, Span<float> output);

    /// <summary>Lets rows learn; each call is one step.</summary>
    /// <param name="ids">The ids, [n].</param>
    /// <param name="gradients">Their gradients, [n, dimension].</param>
    /// <returns>How many gradients were applied.</returns>
    int Update(ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients);

    /// <summary>Saves all rows as a full snapshot to the plan's folder, and deletes the one before.</summary>
    /// <returns>How many rows it holds.</returns>
    long Save();
}
