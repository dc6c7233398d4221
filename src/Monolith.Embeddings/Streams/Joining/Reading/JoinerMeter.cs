using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>Counts what joiners do for the meter. Thread-safe.</summary>
internal static class JoinerMeter
{
    private static readonly Counter<long> Examples = EmbeddingMeter.Counter<long>(JoinerInstruments.Examples);
    private static readonly PublishedCounter Decisions = new(
        JoinerInstruments.Decisions, InstrumentTags.Kind, "silence_passed_over", "time_set_back");

    private static readonly PublishedCounter Dropped = new(
        JoinerInstruments.Dropped, InstrumentTags.Kind, "duplicate", "conflict", "unmatched", "after_close", "late", "far_ahead");

    /// <summary>Counts what came since the last time.</summary>
    public static void Count(in OnlineJoinerStatus now, in OnlineJoinerStatus before)
    {
        Count("joined", now.Joined - before.Joined);
        Count("default", now.Defaults - before.Defaults);
        Count("late", now.LatePositives - before.LatePositives);
        Decisions.Add(now.ClockDecisions - before.ClockDecisions, 0);
        Decisions.Add(now.SetBacks - before.SetBacks, 1);
        Dropped.Add(now.Duplicates - before.Duplicates + now.DuplicateActions - before.DuplicateActions, 0);
        Dropped.Add(now.Conflicts - before.Conflicts, 1);
        Dropped.Add(now.Unmatched - before.Unmatched, 2);
        Dropped.Add(now.AfterClose - before.AfterClose, 3);
        Dropped.Add(now.Late - before.Late, 4);
        Dropped.Add(now.FarAhead - before.FarAhead, 5);
    }

    private static void Count(string kind, long count)
    {
        if (count > 0) Examples.Add(count, KeyValuePair.Create(InstrumentTags.Kind, (object?)kind));
    }
}
