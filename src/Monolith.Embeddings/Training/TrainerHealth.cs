using System.Globalization;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>How a trainer was when it was asked. Immutable; thread-safe.</summary>
public sealed record TrainerHealth
{
    private readonly ValueList<string> _silentSlots = ValueList<string>.Empty;

    /// <summary>The worst of what is true of it.</summary>
    public required TrainerStatus Status { get; init; }

    /// <summary>Examples that it has learned from.</summary>
    public required long Examples { get; init; }

    /// <summary>How long ago the last batch was learned from; null before the first.</summary>
    public TimeSpan? BatchAge { get; init; }

    /// <summary>How far the newest event time is behind the clock; null where none is known.</summary>
    public TimeSpan? EventTimeLag { get; init; }

    /// <summary>How long ago the newest commit was made; null where there is none.</summary>
    public TimeSpan? CommitAge { get; init; }

    /// <summary>How many commits have failed since the last that succeeded.</summary>
    public int FailedCommits { get; init; }

    /// <summary>Slots that had ids, and have none any more, in the order of the schema.</summary>
    public IReadOnlyList<string> SilentSlots
    {
        get => _silentSlots;
        init => _silentSlots = new ValueList<string>(value);
    }

    /// <summary>How its gate stands, whatever the status; null without <see cref="SynchronizationOptions.Gate"/>.</summary>
    public PublicationGateStatus? Publication { get; init; }

    /// <summary>Why the last commit or run failed, or the source; null where nothing did.</summary>
    public Exception? LastFailure { get; init; }

    /// <summary>One sentence for logs and health checks.</summary>
    public string Description => Status switch
    {
        TrainerStatus.Idle => Say($"No run is under way; {Examples} examples were learned."),
        TrainerStatus.Training => Say($"Learns; {Examples} examples."),
        TrainerStatus.StreamQuiet => Say($"Waits for its stream: no batch for {BatchAge}."),
        TrainerStatus.FallingBehind => Say($"Learns, {EventTimeLag} behind."),
        TrainerStatus.PublicationHeld => Say($"Learns, but replicas get nothing. {Publication?.Description}"),
        TrainerStatus.SlotSilent => Say($"Learns, without ids in {string.Join(", ", SilentSlots.Select(slot => $"'{slot}'"))}."),
        TrainerStatus.ClockWrong => "Learns, but event times lie in the future: a clock is wrong.",
        TrainerStatus.SourceFailing => Say($"The source fails and is opened again: {LastFailure?.Message}"),
        TrainerStatus.CommitsFailing => Say($"Learns, but {FailedCommits} commits failed in a row: {LastFailure?.Message}"),
        TrainerStatus.Failed => Say($"The run ended: {LastFailure?.Message}"),
        _ => Say($"The model diverged, and the run ended: {LastFailure?.Message}"),
    };

    /// <inheritdoc />
    public override string ToString() => $"{Status}: {Description}";

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
