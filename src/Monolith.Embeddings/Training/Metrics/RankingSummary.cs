using System.Text;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training;

/// <summary>How well items were ranked over some events. Immutable.</summary>
public sealed record RankingSummary
{
    /// <summary>How many events were ranked, cold ones included.</summary>
    public required long Events { get; init; }

    /// <summary>
    /// How many of them were of an item that could not be ranked, because it had no row yet, or a score that is not finite: each is a miss
    /// for every k.
    /// </summary>
    public required long ColdEvents { get; init; }

    /// <summary>The metrics, a k each, ascending.</summary>
    public required IReadOnlyList<RankingAtK> At { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(RankingSummary), PrintMembers);

    // A list prints its type otherwise.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Events = ").Append(Events).Append(", ColdEvents = ").Append(ColdEvents).Append(", At = [");
        text.AppendJoin(", ", At).Append(']');
        return true;
    }
}
