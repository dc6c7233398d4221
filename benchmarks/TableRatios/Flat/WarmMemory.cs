namespace TableRatios.Flat;

/// <summary>
/// Touches memory and frees it, so that what is measured next finds pages that the machine has really given: the first touch of a page can cost
/// twenty times as much on a virtual machine.
/// </summary>
internal static class WarmMemory
{
    private const double MostOfAvailable = 0.7;

    /// <param name="bytes">How much; no more than a good part of what is available is touched.</param>
    public static void Touch(long bytes)
    {
        var available = GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes - Environment.WorkingSet;
        new HugeMapping(Math.Clamp(bytes, 0, (long)(Math.Max(0, available) * MostOfAvailable))).Dispose();
    }
}
