using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// When the epochs of a history end before their number is reached: when evaluations on a validation source no longer get better. Training
/// goes on with what follows the epochs, such as a live stream, or ends. Evaluations are part of commits, so that a trainer that starts
/// again stops at the same place.
/// </summary>
/// <remarks>
/// The trainer's source must have epochs (<see cref="ExampleSource.Epochs"/>), by itself or as a part of a sequence; where it has several
/// such parts, the first is meant. Training waits while it is evaluated.
/// </remarks>
/// <example>
/// <code>
/// var source = history.Shuffled(bufferExamples: 100_000, seed: 1).Epochs(20).Then(live);
/// var options = new OnlineTrainerOptions
/// {
///     EarlyStop = new() { Validation = heldOut, Metric = ValidationMetric.Auc, Patience = 2, RestoreBest = true },
/// };
/// </code>
/// </example>
public sealed class EarlyStopOptions : IValidatedOptions
{
    /// <summary>
    /// Examples that are not learned from: a source of its own, which is read from its start each time and ends. Required.
    /// </summary>
    public ExampleSource? Validation { get; set; }

    /// <summary>By which number evaluations are compared. Default: the log-loss.</summary>
    public ValidationMetric Metric { get; set; }

    /// <summary>The name of the task whose metric it is. Null, the default, for the one that the model reports.</summary>
    public string? Task { get; set; }

    /// <summary>
    /// After how many evaluations in a row without an improvement the epochs end: at least 1. Default 1, at the first that is no better.
    /// </summary>
    public int Patience { get; set; } = 1;

    /// <summary>
    /// By how much the metric must be better than the best so far to be an improvement: at least 0, finite. Default 0: by anything at all.
    /// </summary>
    public double MinImprovement { get; set; }

    /// <summary>
    /// After how many examples it is evaluated, at least 1, at the end of a batch; and at the end of the last epoch. Null, the default,
    /// evaluates after each epoch.
    /// </summary>
    public long? EveryExamples { get; set; }

    /// <summary>
    /// Whether the trainer goes back to the best evaluation when the epochs end, early or not: tables, model and metrics as they were then.
    /// Default false. Needs a store, and tables that one chain saves: each best evaluation is committed, its commit and all that follow
    /// stay in the store until the epochs end, and then become the store's newest, as by <see cref="Snapshots.SnapshotBackup"/>. Tables are
    /// empty for a moment then, for other readers.
    /// </summary>
    public bool RestoreBest { get; set; }

    /// <summary>Told after each evaluation, and when the epochs end, between two batches; null for none.</summary>
    public IProgress<EarlyStopStatus>? Progress { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Validation is not null, nameof(Validation), "is null, but a source of examples to evaluate is needed.");
        errors.Require(Enum.IsDefined(Metric), nameof(Metric), $"{Metric} is not a metric that is known.");
        errors.InRange(nameof(Patience), Patience, 1, int.MaxValue);
        errors.InRange(nameof(MinImprovement), MinImprovement, 0);
        if (EveryExamples is { } examples) errors.InRange(nameof(EveryExamples), examples, 1, long.MaxValue);
    }

    internal EarlyStopOptions Copy() => (EarlyStopOptions)MemberwiseClone();
}
