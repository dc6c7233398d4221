using System.Globalization;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>How a <see cref="PublicationGate"/> was when it was asked. Immutable; thread-safe.</summary>
public sealed record PublicationGateStatus
{
    private readonly ValueList<PublicationFault> _faults = ValueList<PublicationFault>.Empty;
    private readonly ValueList<PublicationWindow> _windows = ValueList<PublicationWindow>.Empty;

    /// <summary>Whether the newest commit is held back from replicas.</summary>
    public required bool IsHeld { get; init; }

    /// <summary>Since when; null where it is not.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How many commits in a row are held.</summary>
    public long HeldCommits { get; init; }

    /// <summary>Why a person holds commits (<see cref="PublicationGate.Hold"/>); null where no person does.</summary>
    public string? HeldByHand { get; init; }

    /// <summary>The number of the newest commit that replicas got; 0 before the first.</summary>
    public ulong PublishedNumber { get; init; }

    /// <summary>What is out of its bounds, by the last look. Empty where all is within.</summary>
    public IReadOnlyList<PublicationFault> Faults
    {
        get => _faults;
        init => _faults = new ValueList<PublicationFault>(value);
    }

    /// <summary>What was judged last, a window for each task that has bounds and had enough examples.</summary>
    public IReadOnlyList<PublicationWindow> Windows
    {
        get => _windows;
        init => _windows = new ValueList<PublicationWindow>(value);
    }

    /// <summary>
    /// The share of the probe set's scores that changed between the commit that replicas got last and the newest; null without a probe set,
    /// and before there are two.
    /// </summary>
    public double? ChangedShare { get; init; }

    /// <summary>One sentence for logs and health checks.</summary>
    public string Description => IsHeld
        ? Say($"Held back from replicas since {Since:u}, {HeldCommits} commits: {Reason}. They have commit {PublishedNumber}.")
        : Reason.Length == 0 ? Say($"Open: replicas get commit {PublishedNumber}.") : $"The next commit is held back: {Reason}.";

    /// <summary>Why commits are held; empty where nothing speaks for it.</summary>
    internal string Reason => string.Join("; ", HeldByHand is null ? Faults.Select(fault => fault.ToString())
        : [$"by hand, {HeldByHand}", .. Faults.Select(fault => fault.ToString())]);

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(PublicationGateStatus), PrintMembers);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
