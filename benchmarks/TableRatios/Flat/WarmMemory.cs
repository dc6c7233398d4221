namespace TableRatios.Flat;

/// <summary>
/// Touches memory and gives it back, so that what is measured next finds pages that the machine has really given: the first touch of a page
/// can cost twenty times as much on a virtual machine. Such a machine takes back unused memory within seconds: what takes longer gives its
/// memory back step by step.
/// </summary>
internal sealed class WarmMemory : IDisposable
{
    private const double MostOfAvailable = 0.7;

    // How much more is given back than has been used.
    private const double Lead = 0.05;

    private readonly HugeMapping _mapping;
    private readonly long _bytes;

    /// <param name="bytes">How much; no more than a good part of what is available is touched.</param>
    public WarmMemory(long bytes)
    {
        var available = GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes - Environment.WorkingSet;
        _bytes = Math.Clamp(bytes, 0, (long)(Math.Max(0, available) * MostOfAvailable));
        _mapping = new HugeMapping(_bytes);
    }

    /// <summary>Touches memory and gives it back at once.</summary>
    public static void Touch(long bytes) => new WarmMemory(bytes).Dispose();

    /// <summary>Gives back what the next part of the work needs.</summary>
    /// <param name="done">The share of the work that is done.</param>
    public void Release(double done) => _mapping.Shrink((long)(_bytes * Math.Max(0, 1 - done - Lead)));

    public void Dispose() => _mapping.Dispose();
}
