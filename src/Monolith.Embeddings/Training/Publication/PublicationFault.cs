using System.Globalization;

namespace Monolith.Embeddings.Training;

/// <summary>A number that is out of its bound, so that commits are held back from replicas. Immutable; thread-safe.</summary>
public sealed record PublicationFault
{
    /// <summary>What was measured.</summary>
    public required PublicationMeasure Measure { get; init; }

    /// <summary>The name of the task; null for the probe set, which is of all tasks.</summary>
    public string? Task { get; init; }

    /// <summary>The number.</summary>
    public required double Value { get; init; }

    /// <summary>The bound that it is beyond.</summary>
    public required double Bound { get; init; }

    /// <summary>What is wrong, as text for logs and health checks.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name}{(Task is null ? "" : $" of '{Task}'")} is {Value:0.####}, beyond {Bound:0.####}");

    private string Name => Measure switch
    {
        PublicationMeasure.LogLoss => "log-loss",
        PublicationMeasure.LogLossRise => "rise of the log-loss",
        PublicationMeasure.Calibration => "calibration",
        _ => "share of changed scores",
    };
}
