namespace Monolith.Embeddings.Training;

/// <summary>Which weights a batch's predictions and gradients are taken at.</summary>
public enum Staleness
{
    /// <summary>Those that all batches before have been learned into.</summary>
    None,

    /// <summary>
    /// Embeddings of one batch before: rows are read as they were before the gradients of the batch before, so that they can be read while
    /// that one is learned from. A row that was not there yet is read as it is. Dense weights are never stale.
    /// </summary>
    OneBatch,
}
