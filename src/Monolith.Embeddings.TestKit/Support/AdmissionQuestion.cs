using Monolith.Embeddings.Admission;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>An id without a row that asks for one.</summary>
internal readonly record struct AdmissionQuestion(long Id, int Count, DateTimeOffset EventTime, long Step)
{
    /// <summary>Seconds between two questions.</summary>
    public const long Pause = 10;

    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    /// <summary>Some ids, the ends of their range among them.</summary>
    public static IReadOnlyList<long> Ids { get; } = [0, -1, long.MinValue, long.MaxValue, 42, 43, 1L << 40, 0x0123456789ABCDEF];

    /// <summary>600 questions by <see cref="Ids"/> in a mixed order, one every <see cref="Pause"/> seconds.</summary>
    public static IReadOnlyList<AdmissionQuestion> All { get; } = [.. Draw()];

    /// <summary>Asks as a table would: an id that is admitted gets its row at once, and the filter is told.</summary>
    public bool AskOf(AdmissionFilter filter)
    {
        if (!filter.Admit(new AdmissionRequest
        {
            Id = Id,
            MixedId = AdmissionContext.MixedId(Id),
            Count = Count,
            EventTime = EventTime,
            Step = Step
        })) return false;
        filter.Drop(Id);
        return true;
    }

    private static IEnumerable<AdmissionQuestion> Draw()
    {
        var draws = new Draws(2);
        for (var i = 0; i < 600; i++)
            yield return new AdmissionQuestion(Ids[draws.Below(Ids.Count)], 1 + draws.Below(3) / 2, Start.AddSeconds(Pause * i), i / 4);
    }
}
