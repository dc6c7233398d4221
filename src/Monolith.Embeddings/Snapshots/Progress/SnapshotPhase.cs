namespace Monolith.Embeddings.Snapshots;

/// <summary>What is being done to a snapshot.</summary>
public enum SnapshotPhase
{
    /// <summary>Tables are written to a file of the store, while training goes on.</summary>
    Saving,

    /// <summary>The file for replicas is made of the file for training.</summary>
    Publishing,

    /// <summary>Files are read into tables.</summary>
    Restoring,

    /// <summary>A chain is folded into a new full snapshot.</summary>
    Compacting,

    /// <summary>The checksums of a file are checked.</summary>
    Verifying,

    /// <summary>Files are copied from one store to another.</summary>
    Copying,
}
