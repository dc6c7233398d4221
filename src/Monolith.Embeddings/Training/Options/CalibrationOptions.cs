using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Corrects what a model predicts by the labels that came: behind the model each task has a logit a x + b of its own (Platt 1999), or a
/// monotone table of its own, learned from each batch after it was scored. Trainer, replicas and live predictors predict with it; commits
/// and the files of replicas hold it with the dense weights that it belongs to.
/// </summary>
/// <remarks>
/// The model learns as without it. The order of candidates stays: a is at least 0.1, and a table rises. Offsets of sampling and the
/// corrections of fake negatives are taken into account in the same way as by the model; a task with
/// <see cref="Features.FeedbackCorrection.DelayModel"/> is refused. Scores of <see cref="Serving.Predictor"/>'s <c>TopK</c> are not
/// corrected. A trainer without these options drops the correction of the commit that it goes on from.
/// </remarks>
/// <example>
/// <code>
/// var options = new OnlineTrainerOptions { Calibration = new() { Memory = 200_000 } };
/// var progress = new Progress&lt;TrainingProgress&gt;(report => Console.WriteLine(
///     $"calibration {report.Window.Calibration:F3}, of the model alone {report.UncorrectedWindow!.Value.Calibration:F3}"));
/// </code>
/// </example>
public sealed class CalibrationOptions : IValidatedOptions
{
    /// <summary>
    /// What corrects. Default <see cref="CalibrationMethod.Platt"/>. A trainer that goes on from a commit with the other method keeps the
    /// line a x + b, which both have; a table is dropped, or begins there.
    /// </summary>
    public CalibrationMethod Method { get; set; }

    /// <summary>
    /// Over how many examples, by weight, what was learned decays by a factor of e: 1,000 to 1,000,000,000. Default 100,000. Less follows
    /// changes sooner, and is off by chance: by about 1.5 / sqrt(memory p (1 - p)) of a logit where p is the positive rate.
    /// </summary>
    public long Memory { get; set; } = 100_000;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Enum.IsDefined(Method), nameof(Method), $"{Method} is no method of calibration.");
        errors.InRange(nameof(Memory), Memory, 1_000, 1_000_000_000);
    }

    internal bool HasTables => Method == CalibrationMethod.Isotonic;

    internal CalibrationOptions Copy() => (CalibrationOptions)MemberwiseClone();
}
