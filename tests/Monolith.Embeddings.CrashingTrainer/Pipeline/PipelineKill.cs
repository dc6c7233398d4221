namespace Monolith.Embeddings.CrashingTrainer.Pipeline;

/// <summary>What the process of a pipeline is doing when it is killed.</summary>
public enum PipelineKill
{
    /// <summary>Nothing kills it.</summary>
    None,

    /// <summary>It writes a file of the joiner's open impressions.</summary>
    SegmentWrite,

    /// <summary>It closes windows, and makes examples of impressions and clicks.</summary>
    WindowClose,

    /// <summary>It writes the files of a commit, or publishes it.</summary>
    Commit,

    /// <summary>It writes, lists or merges files of the log of examples.</summary>
    LogRotation,
}
