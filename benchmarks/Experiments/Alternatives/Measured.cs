using System.Diagnostics;
using Scoring;

namespace Experiments.Alternatives;

/// <summary>What the process spent while something ran: time, garbage, and pauses of the garbage collector.</summary>
internal sealed class Measured
{
    private readonly long _allocated;
    private readonly TimeSpan _pauses;
    private readonly int _collections;
    private readonly long _start;

    /// <summary>Collects what was there before, which does not count.</summary>
    public Measured()
    {
        GC.Collect();
        (_allocated, _pauses) = (GC.GetTotalAllocatedBytes(precise: true), GC.GetTotalPauseDuration());
        (_collections, _start) = (GC.CollectionCount(GC.MaxGeneration), Stopwatch.GetTimestamp());
    }

    /// <summary>Parts of the events, for their AUC over time.</summary>
    public const int Windows = 10;

    /// <summary>The name of the AUC of a window, from 1.</summary>
    public static string Window(int number) => $"window {number}";

    /// <summary>Figures of what ran since this was made.</summary>
    /// <param name="scores">What was predicted.</param>
    /// <param name="bytes">The bytes of what was learned.</param>
    public Dictionary<string, double> Figures(ScoreLog scores, long bytes)
    {
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var figures = new Dictionary<string, double>
        {
            ["AUC"] = scores.Auc(0),
            ["log-loss"] = scores.LogLoss(0),
            ["seconds"] = seconds,
            ["allocated"] = GC.GetTotalAllocatedBytes(precise: true) - _allocated,
            ["pauses in ms"] = (GC.GetTotalPauseDuration() - _pauses).TotalMilliseconds,
            ["full collections"] = GC.CollectionCount(GC.MaxGeneration) - _collections,
            ["bytes"] = bytes,
        };
        for (var window = 1; window <= Windows; window++)
        {
            var (from, to) = ((long)scores.Count * (window - 1) / Windows, (long)scores.Count * window / Windows);
            figures[Window(window)] = scores.Auc((int)from, (int)to);
        }
        return figures;
    }
}
