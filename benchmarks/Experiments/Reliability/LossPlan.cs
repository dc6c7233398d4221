using Experiments.Data;

namespace Experiments.Reliability;

/// <summary>When a trainer is lost, and what each interval of full snapshots leaves of it.</summary>
internal sealed class LossPlan
{
    /// <summary>How often it is lost.</summary>
    public const int Times = 10;

    /// <summary>How many hours of event time lie between two full snapshots.</summary>
    public static IReadOnlyList<int> Hours { get; } = [1, 6, 24, 168];

    private readonly EventLog _log;
    private readonly int _batchSize;

    /// <summary>Draws the times from the part behind a share of the log, a day before its end at the latest.</summary>
    /// <param name="log">The events.</param>
    /// <param name="from">The share of the log that is learned undisturbed.</param>
    /// <param name="batchSize">Events a batch. All places are between two batches, so that a replay has the earlier batches.</param>
    /// <param name="seed">Of the times.</param>
    public LossPlan(EventLog log, double from, int batchSize, ulong seed)
    {
        (_log, _batchSize) = (log, batchSize);
        var (random, first) = (new Random((int)seed), (int)(log.Count * from));
        var last = log.FirstFrom(log.TimeOf(log.Count - 1) - TimeSpan.FromDays(1));
        if (last <= first) throw new InvalidDataException($"{log.Description}: the part to lose a trainer in is shorter than a day.");
        for (var i = 0; i < Times; i++)
        {
            var at = BatchStart(random.Next(first, last));
            Losses.Add(new Loss(at, null, at));
            foreach (var hours in Hours) Losses.Add(new Loss(at, hours, LastSnapshot(at, hours)));
        }
    }

    /// <summary>Each time with each interval, and without a loss.</summary>
    public List<Loss> Losses { get; } = [];

    /// <summary>The places at which a snapshot must be kept, in order.</summary>
    public IReadOnlyList<int> Snapshots => [.. Losses.Select(loss => loss.Left).Distinct().Order()];

    /// <summary>The event behind the last of the day that follows a loss.</summary>
    public int EndOfDayBehind(Loss loss) => _log.FirstFrom(_log.TimeOf(loss.At) + TimeSpan.FromDays(1));

    // Full snapshots stand at whole multiples of the interval, counted from the epoch.
    private int LastSnapshot(int at, int hours)
    {
        var (interval, time) = (TimeSpan.FromHours(hours).Ticks, _log.TimeOf(at).UtcTicks);
        return BatchStart(_log.FirstFrom(new DateTimeOffset(time - time % interval, TimeSpan.Zero)));
    }

    private int BatchStart(int place) => place - place % _batchSize;
}
