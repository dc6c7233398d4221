using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Measuring;

/// <summary>How long a batch took, in milliseconds.</summary>
/// <param name="Elapsed">By the clock.</param>
/// <param name="Computed">
/// What its thread, or the process, had of processors, where Linux says it: without the time that other programs took from it.
/// </param>
public readonly partial record struct BatchTime(double Elapsed, double Computed)
{
    private const int ProcessTime = 2, ThreadTime = 3;
    private const double MillisecondsASecond = 1e3, NanosecondsAMillisecond = 1e6;

    public static BatchTime Now => Read(ThreadTime);

    /// <summary>As <see cref="Now"/>, but what all threads of the process had together: for work that other threads do.</summary>
    public static BatchTime NowOfProcess => Read(ProcessTime);

    /// <summary>What counts in a comparison: the computed time where it is known, else the elapsed.</summary>
    public double Compared => Computed > 0 ? Computed : Elapsed;

    public static BatchTime operator -(BatchTime end, BatchTime start) => new(end.Elapsed - start.Elapsed, end.Computed - start.Computed);

    public static BatchTime operator +(BatchTime one, BatchTime other) => new(one.Elapsed + other.Elapsed, one.Computed + other.Computed);

    private static BatchTime Read(int clock) =>
        new(Stopwatch.GetTimestamp() * MillisecondsASecond / Stopwatch.Frequency, ProcessorTime(clock));

    private static double ProcessorTime(int clock)
    {
        if (!OperatingSystem.IsLinux() || GetTime(clock, out var time) != 0) return 0;
        return time.Seconds * MillisecondsASecond + time.Nanoseconds / NanosecondsAMillisecond;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
