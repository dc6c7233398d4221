using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>What predictions of a task must be like for replicas to get what was learned. A bound that is null is not looked at.</summary>
public sealed class PublicationBounds : IValidatedOptions
{
    /// <summary>The task's name; null, the default, for all tasks that have no bounds of their own.</summary>
    public string? Task { get; set; }

    /// <summary>The largest mean log-loss of a window, in nats: more than 0. Default null.</summary>
    public double? MaxLogLoss { get; set; }

    /// <summary>
    /// By what share the log-loss of a window may be above the mean of those that were published, newer ones counting more: more than 0,
    /// 0.1 for a tenth. Default null.
    /// </summary>
    public double? MaxLogLossRise { get; set; }

    /// <summary>The least calibration of a window, predictions over labels: at least 0. Default null.</summary>
    public double? MinCalibration { get; set; }

    /// <summary>
    /// The greatest calibration of a window: more than 0, and no less than <see cref="MinCalibration"/>. Default null. A window without a
    /// positive example is beyond any.
    /// </summary>
    public double? MaxCalibration { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Task is not "", nameof(Task), "is empty; leave it null for all tasks.");
        RequireAboveZero(errors, nameof(MaxLogLoss), MaxLogLoss);
        RequireAboveZero(errors, nameof(MaxLogLossRise), MaxLogLossRise);
        RequireAboveZero(errors, nameof(MaxCalibration), MaxCalibration);
        if (MinCalibration is { } least) errors.InRange(nameof(MinCalibration), least, 0);
        errors.Require(!(MinCalibration > MaxCalibration), nameof(MinCalibration), $"{MinCalibration:R} is more than {MaxCalibration:R}.");
    }

    internal PublicationBounds Copy() => (PublicationBounds)MemberwiseClone();

    private static void RequireAboveZero(OptionErrors errors, string name, double? value) =>
        errors.Require(value is null || (value > 0 && double.IsFinite(value.Value)), name, $"{value:R} is not more than 0 and finite.");
}
