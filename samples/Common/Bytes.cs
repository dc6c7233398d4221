using System.Globalization;

namespace Samples.Common;

/// <summary>Writes numbers of bytes for people.</summary>
public static class Bytes
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>The number in the largest unit that leaves at least 1.</summary>
    public static string Format(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < Units.Length - 1; unit++) value /= 1024;
        return value.ToString(unit == 0 ? "N0" : "N1", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
