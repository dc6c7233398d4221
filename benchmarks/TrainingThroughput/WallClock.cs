using System.Diagnostics;
using Measuring;

namespace TrainingThroughput;

/// <summary>The clock on the wall: for what several threads do together.</summary>
internal static class WallClock
{
    public static BatchTime Now() => new(Stopwatch.GetTimestamp() * 1e3 / Stopwatch.Frequency, 0);
}
