namespace BeforeAfter.Contract;

/// <summary>A trainer of one version of the core with its tables and its model. One thread at a time.</summary>
public interface ITrainerDriver : IDisposable
{
    /// <summary>Writes examples as batches, and learns them.</summary>
    /// <param name="ids">The ids, [examples, slots]; a whole number of batches.</param>
    /// <param name="labels">The labels, [examples], 0 or 1.</param>
    /// <returns>The mean log-loss of all examples so far.</returns>
    double Train(ReadOnlySpan<long> ids, ReadOnlySpan<float> labels);
}
