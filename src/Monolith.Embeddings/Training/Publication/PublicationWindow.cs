using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>What a <see cref="PublicationGate"/> judged of a task. Immutable; thread-safe.</summary>
public sealed record PublicationWindow
{
    /// <summary>The name of the task.</summary>
    public required string Task { get; init; }

    /// <summary>How many examples were scored in the window.</summary>
    public required long Examples { get; init; }

    /// <summary>Their mean log-loss, in nats.</summary>
    public required double LogLoss { get; init; }

    /// <summary>Their predictions over their labels; infinite without a positive example.</summary>
    public required double Calibration { get; init; }

    /// <summary>The mean log-loss of the windows that were published, newer ones counting more; null before the first.</summary>
    public double? PublishedLogLoss { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(PublicationWindow), PrintMembers);
}
