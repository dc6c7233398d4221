using Measuring;

namespace TableRatios;

/// <summary>What all measurements share.</summary>
internal sealed class RatioContext
{
    public const int BatchSize = 4096;

    // So many batches that none is still in the cache when it comes again.
    public const int Batches = 512;
    public const int BatchesATurn = 16;

    /// <summary>When rows are written.</summary>
    public static readonly DateTimeOffset EventTime = DateTimeOffset.FromUnixTimeSeconds(1);

    public RatioContext(RatioSettings settings)
    {
        Settings = settings;
        Interleaved = new Interleaved(settings.Rounds);
        Output = new float[BatchSize * settings.Dimension];
        Gradients = [.. Enumerable.Repeat(0.01f, BatchSize * settings.Dimension)];
    }

    public RatioSettings Settings { get; }

    public Report Report { get; } = new();

    public Interleaved Interleaved { get; }

    /// <summary>Room for what a batch reads.</summary>
    public float[] Output { get; }

    /// <summary>The gradients of a batch.</summary>
    public float[] Gradients { get; }

    public bool IsWanted(string name) => name.Contains(Settings.Filter, StringComparison.Ordinal);

    /// <summary>Compares two pieces of work and prints the median ratio of first to second, and the nanoseconds an item of both.</summary>
    public void Compare(string name, string firstName, Action<int> first, string secondName, Action<int> second, long items)
    {
        if (!IsWanted(name)) return;
        var (ratio, firstNanoseconds, secondNanoseconds) = Interleaved.Compare(first, second, items);
        Report.Print(name, ratio);
        Report.Print($"{name}.{firstName}", firstNanoseconds);
        Report.Print($"{name}.{secondName}", secondNanoseconds);
    }

    /// <summary>Every turn goes on where the one before stopped.</summary>
    public static void Each(int turn, int count, Action<int> work)
    {
        for (var i = 0; i < count; i++) work(turn * count + i);
    }
}
