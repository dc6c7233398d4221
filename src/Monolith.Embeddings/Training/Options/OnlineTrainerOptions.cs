using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>How an <see cref="OnlineTrainer"/> runs.</summary>
/// <example>
/// <code>
/// var options = new OnlineTrainerOptions
/// {
///     WindowExamples = 100_000,
///     ClipGlobalNorm = 10,
///     Synchronization = new() { SparseEvery = TimeSpan.FromMinutes(5) },
/// };
/// </code>
/// </example>
public sealed class OnlineTrainerOptions : IValidatedOptions
{
    /// <summary>How many batches are read and parsed ahead of the one that is being learned: 0 to 64. Default 2.</summary>
    public int ReadAheadBatches { get; set; } = 2;

    /// <summary>
    /// How many threads at most share a batch's embeddings, that is look-ups, pooling, sums of gradients and updates: 1 to
    /// <see cref="EmbeddingLayer.MaxThreads"/>, or -1 (the default) for as many as the machine has processors. Small batches stay on the
    /// training thread. No result depends on it. The model's threads are an option of its own, and work when these do not.
    /// </summary>
    public int MaxDegreeOfParallelism { get; set; } = -1;

    /// <summary>
    /// Whether the rows of a batch are read while the batch before is learned from, so that its predictions, scores and gradients are taken
    /// at embeddings that are one batch old. Default <see cref="Staleness.None"/>: nothing is stale. What is learned depends on the stream
    /// alone in both, but differs between them. <see cref="Staleness.OneBatch"/> pays only where processors are left over beside those that
    /// the model and <see cref="MaxDegreeOfParallelism"/> use; measure it. It needs batches that are read ahead, tables in this process,
    /// and twice the memory of a batch; a commit holds the rows of one batch more.
    /// </summary>
    public Staleness Staleness { get; set; }

    /// <summary>After how many examples progress is reported and a new window of metrics begins, at least 1. Default 10,000.</summary>
    public long WindowExamples { get; set; } = 10_000;

    /// <summary>
    /// How often it evicts by the tables' expiry policies, after a batch; a bare time span is event time. Default one hour of event time:
    /// set less for shorter times to live, for all tables here, or for one by <see cref="Tables.EmbeddingTableOptions.EvictEvery"/>. By
    /// event time, examples or batches, a replay evicts at the same places. By the clock it does not, so that what is learned depends on
    /// when it runs. While the stream stands still, call <see cref="Tables.EmbeddingTableSet.Evict"/> yourself.
    /// </summary>
    public Schedule EvictEvery { get; set; } = Schedule.ByEventTime(TimeSpan.FromHours(1));

    /// <summary>
    /// The largest norm of all gradients of a batch together, greater than 0: those of the embeddings, summed for each id, and those of the
    /// dense weights. Longer ones are scaled down to it (Pascanu, Mikolov and Bengio 2013). Default null: no limit. The gradients are those
    /// of the summed loss, so that the norm grows with the batch. Needs a model that <see cref="Models.OnlineModel.SupportsGlobalNorm"/>.
    /// </summary>
    public float? ClipGlobalNorm { get; set; }

    /// <summary>
    /// The largest share of row updates, and of examples, that may be refused because their numbers are infinite, none, or absurd, before
    /// training stops with a <see cref="TrainingDivergedException"/>: more than 0, at most 1, which never stops. Looked at before each
    /// commit and report, over about the last 10,000 examples, from 100 refusals on. Default 0.05: single records with absurd numbers cost
    /// nothing but themselves, and a learning rate that is far too high stops.
    /// </summary>
    public double MaxRefusedShare { get; set; } = 0.05;

    /// <summary>What happens when the source throws. Default: the run ends at the first time.</summary>
    public SourceFailureOptions SourceFailures { get; set; } = new();

    /// <summary>When the epochs of a history end early, by evaluations on other examples; null (the default) for never.</summary>
    public EarlyStopOptions? EarlyStop { get; set; }

    /// <summary>When a trainer that has a store commits to it.</summary>
    public SynchronizationOptions Synchronization { get; set; } = new();

    /// <summary>How a trainer that has a store saves and restores.</summary>
    public SnapshotChainOptions Snapshots { get; set; } = new();

    /// <summary>
    /// Told how far a trainer that has a store has come with restoring and saving, on the threads that do it; null for none.
    /// </summary>
    public IProgress<SnapshotProgress>? SnapshotProgress { get; set; }

    /// <summary>How predictions are scored before they are learned from.</summary>
    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>
    /// Corrects what the model predicts by the labels that came, in training and in serving; null (the default) for not.
    /// </summary>
    public CalibrationOptions? Calibration { get; set; }

    /// <summary>
    /// Ranks the item of each positive example among all items before it is learned; null (the default) for not. The results are in
    /// <see cref="OnlineTrainer.Ranking"/> and in reports, and in commits in total.
    /// </summary>
    public RankingMetricsOptions? Ranking { get; set; }

    /// <summary>Called after each batch was scored and learned from, on the training thread; null for none.</summary>
    public ScoredBatchHandler? Scored { get; set; }

    /// <summary>
    /// Whether the profile tells the model's predicting from its learning. Default false: both count as
    /// <see cref="TrainingPhase.Backward"/>, and the model may do both in one pass over the batch, which is a little faster.
    /// </summary>
    public bool ProfileModel { get; set; }

    /// <summary>
    /// Where the trainer logs, see <c>docs/operations/logs.md</c>; null (the default) for nowhere, which costs nothing.
    /// Its chain logs there too, unless <see cref="Snapshots"/> names another.
    /// </summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(ReadAheadBatches), ReadAheadBatches, 0, 64);
        errors.Require(MaxDegreeOfParallelism is -1 or (>= 1 and <= EmbeddingLayer.MaxThreads), nameof(MaxDegreeOfParallelism),
            $"{MaxDegreeOfParallelism} is neither -1 (all processors) nor between 1 and {EmbeddingLayer.MaxThreads}.");
        errors.Require(Enum.IsDefined(Staleness), nameof(Staleness), $"{Staleness} is no staleness that is known.");
        errors.InRange(nameof(WindowExamples), WindowExamples, 1, long.MaxValue);
        if (ClipGlobalNorm is { } norm) errors.GreaterThan(nameof(ClipGlobalNorm), norm, 0);
        errors.Require(MaxRefusedShare is > 0 and <= 1, nameof(MaxRefusedShare), $"{MaxRefusedShare:R} is not more than 0 and at most 1.");
        EvictEvery.CollectErrors(errors, nameof(EvictEvery));
        errors.Nested(nameof(SourceFailures), SourceFailures);
        if (EarlyStop is not null) errors.Nested(nameof(EarlyStop), EarlyStop);
        errors.Nested(nameof(Metrics), Metrics);
        if (Calibration is not null) errors.Nested(nameof(Calibration), Calibration);
        if (Ranking is not null) errors.Nested(nameof(Ranking), Ranking);
        errors.Nested(nameof(Synchronization), Synchronization);
        errors.Nested(nameof(Snapshots), Snapshots);
        errors.Require(Synchronization?.Gate is null || Snapshots?.PublishServing != false, nameof(Synchronization),
            $"has a {nameof(SynchronizationOptions.Gate)}, which needs {nameof(Snapshots)}.{nameof(SnapshotChainOptions.PublishServing)}: "
            + "without files of their own, replicas read those for training.");
    }

    internal OnlineTrainerOptions Copy()
    {
        var copy = (OnlineTrainerOptions)MemberwiseClone();
        (copy.Synchronization, copy.Snapshots) = (Synchronization.Copy(), Snapshots.Copy());
        (copy.SourceFailures, copy.EarlyStop) = (SourceFailures.Copy(), EarlyStop?.Copy());
        copy.Metrics = Metrics.Copy();
        copy.Calibration = Calibration?.Copy();
        copy.Ranking = Ranking?.Copy();
        copy.EvictEvery = EvictEvery.WithTimeByEvents();
        copy.Snapshots.Logger ??= Logger;
        return copy;
    }
}
