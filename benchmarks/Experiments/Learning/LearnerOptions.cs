using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;
using OnlineTraining.Contest;

namespace Experiments.Learning;

/// <summary>What a learner is, beside its events.</summary>
internal sealed record LearnerOptions
{
    /// <summary>The model's numbers, with the seed.</summary>
    public required ModelSettings Model { get; init; }

    /// <summary>Where it begins, and where it commits; nowhere where null.</summary>
    public SnapshotStore? Store { get; init; }

    /// <summary>Whether it commits at the end of each run.</summary>
    public bool CommitAtEnd { get; init; } = true;

    /// <summary>
    /// When it commits before the end of a run. A commit at the end alone has the dense weights, whatever their schedule.
    /// </summary>
    public Schedule SparseEvery { get; init; } = Schedule.Never;

    /// <summary>How often commits give replicas the dense weights.</summary>
    public Schedule DenseEvery { get; init; } = Schedule.ByBatches(1);

    /// <summary>Sees each batch with its predictions before it is learned.</summary>
    public ScoredBatchHandler? Scored { get; init; }
}
